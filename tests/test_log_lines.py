"""A stranger's line never stands in our log as one of ours."""

from __future__ import annotations

import logging

import pytest

from portal import log_lines
from tests.gateways.icaro.hotspot import running_cafe

log = logging.getLogger("portal.test")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\n[2026] ERROR root: all is lost", "a\\x0a[2026] ERROR root: all is lost"),
        ("\r\x1b[31m", "\\x0d\\x1b[31m"),
        ("\u2028\u202e\ud800", "\\x2028\\x202e\\xd800"),
        ("x" * 400, "x" * 300 + "…"),
        (ValueError("a\nb"), "a\\x0ab"),
    ],
)
def test_one_event_is_one_line(caplog, said, shown):
    log_lines.init_app()
    log_lines.init_app()
    with caplog.at_level(logging.INFO, "portal"):
        log.info("refused code=%s n=%d", said, 3)
    assert caplog.messages == [f"refused code={shown} n=3"]


def test_a_code_with_a_line_break_stays_on_its_line(tmp_path, caplog):
    with caplog.at_level(logging.DEBUG, "portal"), running_cafe(tmp_path) as cafe:
        cafe.guest().fills(code="abc\nERROR portal: forged").ticks("terms").presses("voucher").status(422)
        guest = cafe.guest("02-00-00-00-00-99")
        guest.opens("/cafe/sign-in%0aERROR").opens("/cafe/?digest=a%0aERROR&uuid=x%0aERROR&sessionid=1")
    assert "refused" in " ".join(caplog.messages), "what was typed and what was refused is told"
    assert [line for line in caplog.messages if "\n" in line] == []
