"""Mode local: this server asks the box's PMS endpoint itself. Knows nothing of Flask."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from requests.exceptions import SSLError
from urllib3.exceptions import (
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from portal.errors import Garbled, Unreachable, Unsure
from portal.gateways.iacbox.pms import LONGEST_ANSWER, Answer, NotAnAnswer, Question, read_answer

log = logging.getLogger("portal.gateways.iacbox")


@dataclass(frozen=True)
class Endpoint:
    """How long to wait for the box, in seconds, and which certificates to trust (as in requests)."""

    connect_timeout: float = 3
    read_timeout: float = 10
    verify: bool | str = True


def ask(question: Question, fields: Mapping[str, str], language: str, line: Endpoint) -> Answer:
    """One question; redirects are not followed, and the answer is read up to its bound.

    ``language`` is a BCP 47 tag: the box translates its texts after it. Raises :class:`Unreachable` (not asked),
    :class:`Unsure` (asked, no whole answer in time) or :class:`Garbled`.
    """
    began = time.monotonic()
    try:
        text = _fetch(question, fields, language, line, began)
        answer = read_answer(text)
    except NotAnAnswer as error:
        log.warning("pms answer reason=%s", error)
        raise Garbled(f"pms: {error}") from error
    log.info("pms answer rc=%d state=%s ms=%d", answer.code, answer.state, (time.monotonic() - began) * 1000)
    return answer


def _fetch(question: Question, fields: Mapping[str, str], language: str, line: Endpoint, began: float) -> str:
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(
                question.address,
                params=question.parameters(fields),
                headers={"Accept-Language": language},
                timeout=(line.connect_timeout, line.read_timeout),
                verify=line.verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                return _read(response, began + line.connect_timeout + line.read_timeout)
        except (requests.ConnectionError, requests.Timeout, ReadTimeoutError, LocationValueError) as error:
            kind = Unreachable if _never_arrived(error) else Unsure
            raise kind(f"pms: {type(error).__name__}") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Garbled(f"pms: {type(error).__name__}") from error


def _never_arrived(error: Exception) -> bool:
    """Whether the question cannot have reached the box."""
    if isinstance(error, requests.ConnectTimeout | SSLError | LocationValueError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError | NameResolutionError)


def _read(response: requests.Response, until: float) -> str:
    if response.status_code >= 500:
        raise Unreachable(f"pms: status {response.status_code}")
    if response.status_code != 200:
        raise Garbled(f"pms: status {response.status_code}")
    body = b""
    while piece := response.raw.read1(65_536, decode_content=True):  # what has come, however slowly it drips
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise Garbled("pms: too long")
        if time.monotonic() > until:
            raise Unsure("pms: too slow")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Garbled("pms: not UTF-8") from error
