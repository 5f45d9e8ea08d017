"""Policies that a guest has to accept (section 10 of the wire): which are displayed, and their texts by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.gateways.ucopia.php_json import flag, is_shown, words
from portal.languages import find

_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")


@dataclass(frozen=True)
class Policy:
    """A policy to be accepted. ``texts`` holds (text, link) by language code, as announced: texts can be HTML."""

    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    default_lang: str = ""
    mandatory: bool = True


def policy_of(announced: Any) -> Policy | None:
    """A displayed policy. ``mandatory`` is the wire's; a policy without it has to be accepted."""
    if not is_shown(announced):
        return None
    texts = {
        str(code): (words(both.get("text"), 20_000), words(both.get("link")))
        for code, both in announced.items()
        if isinstance(both, dict) and _LANGUAGE.fullmatch(str(code)) and find(str(code))
    }
    return Policy(texts, words(announced.get("defaultLang"), 5), flag(announced.get("mandatory"), True))
