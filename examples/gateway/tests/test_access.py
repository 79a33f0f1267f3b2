"""Who may do what: tokens, ownership, and what is told of what lies behind."""

import logging

import fakes
import httpx2
import pytest

import stackerr
from apierrors import ErrConflict, ErrForbidden, ErrInternal, ErrNotExist, ErrUnauthorized, RemoteError, is_remote
from clients.configstore import ParentType, VariableValue
from stackerr.integrations.logging import Formatter

pytestmark = pytest.mark.anyio

CONFIG = {"name": "nightly", "tasks": [{"name": "build", "steps": [{"run": "make"}]}]}
VALUE = "hunter2-this-is-secret"


async def refused(call, kind, words=None):
    with pytest.raises(RemoteError) as caught:
        await call
    assert is_remote(caught.value, kind)
    if words is not None:
        assert caught.value.message == words


@pytest.mark.parametrize("token", ["", "wrong", "t" * 600, "token-of-ann2", fakes.CONFIGSTORE, fakes.RUNSERVICE])
async def test_a_token_of_nobody_opens_nothing(connect, token):
    """Those of the services behind do not either."""
    async with connect(token) as client:
        await refused(client.list_runs(), ErrUnauthorized)


async def test_no_route_answers_without_a_token(app):
    """Not even that there is none, nor what the API is; only the login of the pages does."""
    paths = [*app.openapi()["paths"], "/openapi.json", "/api/v1alpha/nowhere"]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://gateway") as http:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": f"gateway_token={fakes.USERS['ann']}"}):
            for path in paths:
                for method in ("GET", "POST", "PUT", "DELETE"):
                    answer = await http.request(method, path, headers=headers)
                    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_what_is_somebody_elses_is_not_there(ann, bob, admin, runservice):
    """The answer is word for word that for what is not there at all; nothing is changed by asking."""
    await ann.start_run("user/ann/tools/web", CONFIG)
    runservice.change("run1", "build", waiting_approval=True)
    for there, nowhere, kind in (
        ("user/ann/tools/web", "user/ann/tools/none", "project"),
        ("web-ann", "none", "project"),
    ):
        for ref in (there, nowhere):
            words = f"there is no {kind} {ref}"
            for call in (
                bob.get_project(ref),
                bob.delete_project(ref),
                bob.start_run(ref, CONFIG),
                bob.list_runs(ref),
                bob.list_secrets(ref),
                bob.create_secret(ref, "s", {"A": "1"}),
                bob.update_secret(ref, "s", {"A": "1"}),
                bob.delete_secret(ref, "s"),
                bob.list_variables(ref),
                bob.delete_variable(ref, "V"),
            ):
                await refused(call, ErrNotExist, words)
    for ref in ("user/ann", "user/ann/tools", "user/none"):
        for call in (
            bob.create_project("x", ref),
            bob.create_project_group("x", ref),
            bob.list_projects(ref),
            bob.list_groups(ref),
            bob.delete_project_group(ref),
        ):
            await refused(call, ErrNotExist, f"there is no project group {ref}")
    for run in ("run1", "run9"):
        for call in (bob.get_run(run), bob.stop_run(run), bob.restart_run(run), bob.approve_task(run, "build")):
            await refused(call, ErrNotExist, f"there is no run {run}")
        with pytest.raises(RemoteError, match=f"there is no run {run}"):
            async with bob.logs(run, "build", step=0):
                pass
    assert await bob.list_runs() == []
    assert not runservice.runs["run1"].tasks["build"].approved
    assert (await admin.get_run("run1")).id == "run1"
    assert (await admin.get_project("user/ann/tools/web")).id == "web-ann"


async def test_users_are_for_admins(ann, admin, connect):
    """By the admin's token or as a user who is one; one's own tokens are one's own."""
    for call in (ann.list_users(), ann.create_user("cid"), ann.delete_user("bob")):
        await refused(call, ErrForbidden, "that is for admins")
    assert await ann.create_token("ann", "phone") == "a-new-token"
    await ann.delete_token("ann", "laptop")
    await refused(ann.create_token("bob", "phone"), ErrNotExist, "there is no user bob")
    await refused(ann.delete_token("bob", "laptop"), ErrNotExist, "there is no user bob")
    assert (await ann.me()).name == "ann"
    await refused(admin.me(), ErrNotExist)
    async with connect("root") as root:
        assert (await root.create_user("cid")).name == "cid"
        await refused(root.create_user("cid"), ErrConflict, "there is a user cid")
        assert len(await root.list_users()) == 4
        await root.delete_user("cid")


@pytest.mark.parametrize("status", [400, 401, 403, 409, 418, 500])
async def test_a_token_that_cannot_be_looked_up_is_our_fault(ann, configstore, status):
    """Only that nobody has it is the caller's."""
    with fakes.broken(configstore, status):
        await refused(ann.list_runs(), ErrInternal, "a service behind the gateway failed; try again later")
    with fakes.broken(configstore, 404):
        await refused(ann.list_runs(), ErrUnauthorized, "the token is not valid")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 500])
async def test_errors_behind_are_passed_on_by_kind_and_without_their_words(ann, runservice, status, caplog):
    """The log has all of it, on one line: what was done here, with whom, and what that said."""
    caplog.handler.setFormatter(Formatter("%(message)s"))
    with fakes.broken(runservice, status):
        with pytest.raises(RemoteError) as caught:
            await ann.start_run("user/ann/tools/web", CONFIG)
    assert caught.value.status == (status if status in {400, 403, 404, 409} else 500)
    assert "words of the service behind" not in str(caught.value)
    assert caught.value.code is None
    if caught.value.status == 500:
        assert caught.value.message == "a service behind the gateway failed; try again later"
        (line,) = caplog.text.splitlines()[-1:]
        assert "start a run of user/ann/tools/web: create a run of /user/id-ann/web-ann/any: call runservice" in line
        assert f"the service answered {status}" in line
        assert "words of the service behind" in line


AWAY = [
    (fakes.OFF, "x", "unavailable", "the service cannot answer now; try again later", "WARNING"),
    (502, "executor_unavailable", "unavailable", "the service cannot answer now; try again later", "WARNING"),
    (503, "code_behind", "unavailable", "the service cannot answer now; try again later", "WARNING"),
    (504, "code_behind", "unavailable", "the service cannot answer now; try again later", "WARNING"),
    (503, "maintenance", "maintenance", "in maintenance; try again later", "INFO"),
]


@pytest.mark.parametrize("which", ["configstore", "runservice"])
@pytest.mark.parametrize(("status", "said", "code", "words", "level"), AWAY)
async def test_a_service_that_is_away_is_no_fault(ann, request, which, status, said, code, words, level, caplog):
    """The caller hears that it passes; the log says who it is, and is as loud as that matters."""
    caplog.set_level(logging.INFO, "gateway")
    caplog.handler.setFormatter(Formatter("%(levelname)s %(message)s"))
    with fakes.broken(request.getfixturevalue(which), status, said):
        with pytest.raises(RemoteError) as caught:
            await ann.start_run("user/ann/tools/web", CONFIG)
    assert (caught.value.status, caught.value.code, caught.value.message) == (503, code, words)
    (line,) = [line for line in caplog.text.splitlines() if "is answered" in line]
    assert line.startswith(f"{level} POST '/api/v1alpha/projects/user%2Fann%2Ftools%2Fweb/runs' is answered 503: ")
    assert f"call {which}" in line


async def test_secrets_are_in_no_answer_no_log_and_no_error(ann, runservice, configstore, caplog):
    """They go to the runservice, in the environment of a run, and nowhere else."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(Formatter("%(levelname)s %(name)s: %(message)s"))
    shown = [await ann.create_secret("web-ann", "registry", {"PASSWORD": VALUE})]
    value = VariableValue(secret_name="registry", secret_var="PASSWORD")
    configstore.put_variable(ParentType.PROJECT, "web-ann", "TOKEN", [value])
    shown += [*await ann.list_secrets("web-ann", tree=True), *await ann.list_variables("web-ann", tree=True)]
    run = await ann.start_run("web-ann", CONFIG)
    shown += [run, await ann.get_run(run.id), *await ann.list_runs()]
    errors = []
    for broken in (configstore, runservice):
        with fakes.broken(broken):
            with pytest.raises(RemoteError) as caught:
                await ann.start_run("web-ann", CONFIG)
            errors.append(caught.value)
    with pytest.raises(RemoteError) as caught:
        await ann.create_secret("web-ann", "registry", {"PASSWORD": VALUE})
    with pytest.raises(RemoteError) as too_long:
        await ann.create_secret("web-ann", "x" * 99, {"PASSWORD": VALUE})
    errors += [caught.value, too_long.value]
    assert runservice.requests[0].environment == {"TOKEN": VALUE}
    texts = [caplog.text, *map(str, shown), *map(stackerr.detailed, errors)]
    for hidden in (VALUE, "token-of-ann", fakes.CONFIGSTORE, fakes.RUNSERVICE):
        assert not [text for text in texts if hidden in text]
