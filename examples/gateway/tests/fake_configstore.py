"""A configstore that only pretends."""

from fakes import CONFIGSTORE, USERS, make_app, problem
from fastapi.responses import Response

from clients import API
from clients import configstore as cs


class Configstore:
    """Two users and an admin, each with a project of name `web` in a group `tools`."""

    def __init__(self):
        self.asked, self.broken, self.code = [], 0, "code_behind"
        self.users = {
            name: cs.User(id=f"id-{name}", name=name, admin=name == "root", root_id=f"root-{name}", tokens=["laptop"])
            for name in USERS
        }
        self.groups, self.projects, self.secrets, self.variables = {}, {}, {}, {}
        for name in USERS:
            self.add_group(f"root-{name}", "", f"user/{name}", cs.ParentType.USER, f"id-{name}", name)
            self.add_group(
                f"tools-{name}", "tools", f"user/{name}/tools", cs.ParentType.PROJECT_GROUP, f"root-{name}", name
            )
            self.add_project(f"web-{name}", "web", f"user/{name}/tools/web", f"tools-{name}", name)
        self.app = make_app(CONFIGSTORE, self)
        self._add_routes(self.app)

    def add_group(self, id, name, path, kind, parent, owner):
        parent = cs.Parent(type=kind, id=parent)
        self.groups[id] = cs.ProjectGroup(id=id, name=name, parent=parent, owner_id=f"id-{owner}", path=path)

    def add_project(self, id, name, path, parent, owner):
        parent = cs.Parent(type=cs.ParentType.PROJECT_GROUP, id=parent)
        self.projects[id] = cs.Project(id=id, name=name, parent=parent, owner_id=f"id-{owner}", path=path)

    def find(self, things, ref):
        ref = ref.replace("~", "/")
        return next((one for one in things.values() if ref in (one.id, getattr(one, "path", f"user/{one.name}"))), None)

    def _add_routes(self, app):  # noqa: C901
        @app.post(f"{API}/authenticate")
        async def authenticate(request: cs.AuthenticateRequest):
            name = next((name for name, token in USERS.items() if token == request.token), None)
            return self.users[name] if name else problem(404)

        @app.get(f"{API}/users")
        async def list_users():
            return list(self.users.values())

        @app.post(f"{API}/users", status_code=201)
        async def create_user(request: cs.UserCreateRequest):
            if request.name in self.users:
                return problem(409)
            user = cs.User(id=f"id-{request.name}", name=request.name, admin=request.admin, root_id="r")
            self.users[request.name] = user
            return user

        @app.delete(f"{API}/users/{{ref}}")
        async def delete_user(ref: str):
            found = self.find(self.users, ref)
            return Response(status_code=204) if found and self.users.pop(found.name) else problem(404)

        @app.post(f"{API}/users/{{ref}}/tokens", status_code=201)
        async def create_token(ref: str):
            return {"token": "a-new-token"} if self.find(self.users, ref) else problem(404)

        @app.delete(f"{API}/users/{{ref}}/tokens/{{name}}")
        async def delete_token(ref: str, name: str):
            return Response(status_code=204) if name == "laptop" else problem(404)

        for what, things in (("projects", self.projects), ("projectgroups", self.groups)):
            self._add_place_routes(app, what, things)

    def _add_place_routes(self, app, what, things):  # noqa: C901
        kind = cs.ParentType(what[:-1])

        @app.post(f"{API}/{what}", status_code=201, name=f"create {what}")
        async def create(request: cs.ProjectRequest):
            group = self.find(self.groups, request.parent.id)
            if any(one.parent.id == group.id and one.name == request.name for one in things.values()):
                return problem(409)
            id, path = f"{group.id}-{request.name}"[:100], f"{group.path}/{request.name}"
            owner = group.owner_id.removeprefix("id-")
            if kind is cs.ParentType.PROJECT:
                self.add_project(id, request.name, path, group.id, owner)
            else:
                self.add_group(id, request.name, path, cs.ParentType.PROJECT_GROUP, group.id, owner)
            return things[id]

        @app.get(f"{API}/{what}/{{ref}}", name=f"get {what}")
        async def get(ref: str):
            return self.find(things, ref) or problem(404)

        @app.delete(f"{API}/{what}/{{ref}}", name=f"delete {what}")
        async def delete(ref: str):
            found = self.find(things, ref)
            return Response(status_code=204) if found and things.pop(found.id) else problem(404)

        if kind is cs.ParentType.PROJECT_GROUP:
            for below, children in (("subgroups", self.groups), ("projects", self.projects)):

                @app.get(f"{API}/projectgroups/{{ref}}/{below}", name=below)
                async def list_below(ref: str, children=children):
                    return [one for one in children.values() if one.parent.id == ref]

        @app.get(f"{API}/{what}/{{ref}}/secrets", name=f"list secrets {what}")
        async def list_secrets(ref: str, tree: bool = False, reveal: bool = False):
            levels = self.levels(self.find(things, ref)) if tree else [ref]
            found = [one for level in levels for one in self.secrets.get(level, {}).values()]
            return found if reveal else [one.model_copy(update={"data": None}) for one in found]

        @app.post(f"{API}/{what}/{{ref}}/secrets", status_code=201, name=f"create secret {what}")
        async def create_secret(ref: str, request: cs.SecretRequest):
            if request.name in self.secrets.get(ref, {}):
                return problem(409)
            return self.put_secret(kind, ref, request.name, request.data).model_copy(update={"data": None})

        @app.put(f"{API}/{what}/{{ref}}/secrets/{{name}}", name=f"update secret {what}")
        async def update_secret(ref: str, name: str, request: cs.SecretRequest):
            if not self.secrets.get(ref, {}).pop(name, None):
                return problem(404)
            return self.put_secret(kind, ref, request.name, request.data).model_copy(update={"data": None})

        @app.delete(f"{API}/{what}/{{ref}}/secrets/{{name}}", name=f"delete secret {what}")
        async def delete_secret(ref: str, name: str):
            return Response(status_code=204) if self.secrets.get(ref, {}).pop(name, None) else problem(404)

        @app.get(f"{API}/{what}/{{ref}}/variables", name=f"list variables {what}")
        async def list_variables(ref: str, tree: bool = False):
            levels = self.levels(self.find(things, ref)) if tree else [ref]
            return [one for level in levels for one in self.variables.get(level, {}).values()]

        @app.post(f"{API}/{what}/{{ref}}/variables", status_code=201, name=f"create variable {what}")
        async def create_variable(ref: str, request: cs.VariableRequest):
            if request.name in self.variables.get(ref, {}):
                return problem(409)
            return self.put_variable(kind, ref, request.name, request.values)

        @app.delete(f"{API}/{what}/{{ref}}/variables/{{name}}", name=f"delete variable {what}")
        async def delete_variable(ref: str, name: str):
            return Response(status_code=204) if self.variables.get(ref, {}).pop(name, None) else problem(404)

    def put_secret(self, kind, ref, name, data):
        made = cs.Secret(id=f"s-{name}", name=name, parent=cs.Parent(type=kind, id=ref), data=data)
        self.secrets.setdefault(ref, {})[name] = made
        return made

    def put_variable(self, kind, ref, name, values):
        made = cs.Variable(id=f"v-{name}", name=name, parent=cs.Parent(type=kind, id=ref), values=values)
        self.variables.setdefault(ref, {})[name] = made
        return made

    def levels(self, node):
        levels = [node.id]
        while node.parent.type is not cs.ParentType.USER:
            node = self.groups[node.parent.id]
            levels.append(node.id)
        return levels
