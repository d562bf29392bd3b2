"""A saved question asked: inputs read, answered by its function."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from app.reports.questions import actions, capacity, changes, demand, designs, failing, ground, market, money, offices, ways
from app.reports.questions.asker import Asker
from app.reports.questions.registry import Question, read_inputs
from app.reports.questions.tables import Answer

ANSWERS: Mapping[str, Callable[[Asker], Answer]] = {
    name: answer
    for module in (actions, capacity, changes, demand, designs, failing, ground, market, money, offices, ways)
    for name, answer in module.QUESTIONS.items()
}


def ask(session: Session, region_id: int, question: Question, given: Mapping[str, str], language: str, role: str = "viewer"):
    """What was asked, as it was read, and the answer; as many statements for a small network as for a large one.

    Raises
    ------
    NotFoundError, InputError
        As `read_inputs` and the question's own; each with a code.
    """
    values = read_inputs(question, given)
    return values, ANSWERS[question.id](Asker(session, region_id, values, language, role))
