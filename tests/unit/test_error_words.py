"""What people are told when something is refused is said in Chinese too."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.operations.rules.lines import NoLineError, Reason, reason_texts
from app.reports.error_words import error_words

APP = Path(__file__).parents[2] / "app"
ROOMS = (
    "operations", "services", "access", "network/queries", "network/commands/members.py", "network/commands/edits.py", "core/answers.py",
)  # fmt: skip
# What only commands tell, and what the sign-in pages say in words of their own.
ELSEWHERE = {
    "LOGIN_LIMIT", "LOGIN_TAKEN", "LOGIN_EMPTY", "PASSWORD_COMMON", "PASSWORD_LONG", "PASSWORD_SAME", "PASSWORD_SHORT", "PASSWORD_WRONG",
    "USER_SELF", "EMAIL_UNPROVED", "USER_NOT_LISTED", "PROVIDER_REFUSED", "EDIT_UNKNOWN", "CODE_AMBIGUOUS", "SECRET_KEY_WEAK",
}  # fmt: skip


def list_errors():
    """Code, message and next step of every error that is raised in these rooms; None for what is put together."""
    for room in ROOMS:
        path = APP / room
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error") and len(node.args) > 1:
                    code, message = (getattr(part, "value", None) for part in node.args[:2])
                    steps = [getattr(word.value, "value", None) for word in node.keywords if word.arg == "next_step"]
                    if isinstance(code, str) and code.isupper():
                        yield code, message, *steps


def test_every_error_has_a_chinese_sentence_or_a_translated_one():
    with (APP / "translations/zh_Hans/LC_MESSAGES/messages.po").open("rb") as file:
        translated = {message.id for message in read_po(file) if message.string}
    found = list(list_errors())
    assert len({code for code, *_ in found}) > 60
    bare = {code for code, *said in found if code not in error_words() and not set(said) <= translated}
    assert bare - ELSEWHERE == set()


@pytest.mark.parametrize("text", reason_texts().values(), ids=lambda text: text.code)
def test_every_reason_is_said_in_both_languages(text):
    names = set(re.findall(r"\{(\w+)\}", text.text_en))
    assert set(re.findall(r"\{(\w+)\}", text.text_zh)) == names
    reason = Reason(text.code, {name: "1" for name in names})
    assert re.search(r"[一-鿿]", reason.say("zh")) and not re.search(r"[一-鿿]", reason.say("en"))
    assert NoLineError("A/1", [reason, reason]).say_found("zh") == f"{reason.say('zh')}；{reason.say('zh')}"
