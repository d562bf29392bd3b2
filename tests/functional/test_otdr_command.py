"""``flask otdr``, as an operator calls it."""
import json

import pytest

from tests.functional.test_trace_command import call  # noqa: F401

pytestmark = [pytest.mark.functional]


def test_otdr_is_told_in_both_forms(call):  # noqa: F811
    answer = call("otdr", "CB-104/S01:1", "--metres", "330", "--lang", "en")
    assert answer.exit_code == 0 and "Measured at the A end of CB-104/S01:1" in answer.output and "CL-1" in answer.output
    assert "FT-1" in answer.output and "最近" in call("otdr", "CB-104/S01:1", "--us", "1", "--lang", "zh").output
    told = json.loads(call("otdr", "CB-104/S01:1", "--metres", "65", "--end", "Z", "--json").output)
    assert told["near"]["section"] == "SEC-2" and [one["code"] for one in told["services"]] == ["FT-1"]
    for words in (("OLT-1/0/1/0", "--metres", "3"), ("CB-104/S01:1",), ("CB-104/S01:1", "--metres", "99999")):
        answer = call("otdr", *words)
        assert answer.exit_code == 2 and "Traceback" not in answer.output
