"""Graphs of tasks, as hypothesis makes them."""

from hypothesis import strategies as st

from clients.runservice import (
    Depend,
    DependCondition,
    RunConfigTask,
    RunStep,
    SaveContent,
    SaveToWorkspaceStep,
)

CONDITIONS = st.lists(st.sampled_from(list(DependCondition)), min_size=1, max_size=3, unique=True)
STEPS = [RunStep(command="true"), SaveToWorkspaceStep(type="save_to_workspace", contents=[SaveContent()])]


@st.composite
def graphs(draw):
    """Tasks that depend on earlier ones, without circles; some ignore failure, need approval, or are skipped."""
    tasks = {}
    for number in range(draw(st.integers(1, 7))):
        parents = draw(st.lists(st.sampled_from(sorted(tasks)), unique=True, max_size=3)) if tasks else []
        task_id = f"t{number}"
        tasks[task_id] = RunConfigTask(
            id=task_id,
            name=task_id,
            depends={parent: Depend(conditions=draw(CONDITIONS)) for parent in parents},
            steps=draw(st.lists(st.sampled_from(STEPS), max_size=2)),
            ignore_failure=draw(st.booleans()),
            needs_approval=draw(st.booleans()),
            skip=draw(st.integers(0, 5)) == 0,
        )
    return tasks
