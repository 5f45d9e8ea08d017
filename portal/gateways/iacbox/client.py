"""Mode local: this server asks the box's PMS endpoint itself. Knows nothing of Flask."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from portal.errors import Garbled, Unreachable
from portal.gateways.iacbox.pms import Answer, NotAnAnswer, Question, read_answer
from portal.http_client import Request, Server, http_client_of

log = logging.getLogger("portal.gateways.iacbox")
LARGEST = 4_000_000
"""Bytes that are read of an answer; one of more than ``pms.LONGEST_ANSWER`` is none, but it is known to be one."""


def ask(question: Question, fields: Mapping[str, str], language: str, server: Server) -> Answer:
    """One question; redirects are not followed, and the answer is read up to its bound.

    ``language`` is a BCP 47 tag: the box translates its texts after it. Raises :class:`Unreachable` (not asked),
    :class:`Unsure` (asked, no whole answer in time) or :class:`Garbled`.
    """
    began = time.monotonic()
    text = _fetch(question, fields, language, server)
    try:
        answer = read_answer(text)
    except NotAnAnswer as error:
        log.warning("pms answer reason=%s", error)
        raise Garbled(f"pms: {error}") from error
    log.info("pms answer rc=%d state=%s ms=%d", answer.code, answer.state, (time.monotonic() - began) * 1000)
    return answer


def _fetch(question: Question, fields: Mapping[str, str], language: str, server: Server) -> str:
    params, headers = question.parameters(fields), {"Accept-Language": language}
    call = Request("GET", question.address, "pms", params=params, headers=headers)
    answer = http_client_of(server).send(call)
    if answer.status >= 500:
        raise Unreachable(f"pms: status {answer.status}")
    if answer.status != 200:
        raise Garbled(f"pms: status {answer.status}")
    try:
        return answer.body.decode()
    except UnicodeDecodeError as error:
        raise Garbled("pms: not UTF-8") from error
