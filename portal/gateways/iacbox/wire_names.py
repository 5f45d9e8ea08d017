"""The names of the data fields on the wire: what we send and ask (requests), and what the box sends (answers).

Login-API definition, "Data fields" and "PMS Logon". Given are the defaults of what the box sends, among them
``fname`` and ``lname`` of the guest data, and ``userurl`` of what we send. The manual's copy lost the name column of
everything else, so those names are ASSUMED. A venue replaces names of requests with ``[iacbox.names]`` and names of
answers with ``[iacbox.answer_names]``: a hotel whose PMS calls the last name ``name`` when it is asked may well
answer with ``lname``.
"""

from __future__ import annotations

from collections.abc import Mapping

GIVEN_ANSWERS: Mapping[str, str] = {
    "version": "ver",
    "id": "id",
    "action": "ac",
    "ip": "ip",
    "mac": "ma",
    "vlan": "vl",
    "registration": "iac",
    "users_online": "uo",
    "users_percent": "uop",
    "users_max": "mu",
    "users_licensed": "lu",
    "code": "rc",
    "message": "err",
    "userurl": "userurl",
    "first_name": "fname",
    "last_name": "lname",
}
ASSUMED_ANSWERS: Mapping[str, str] = {
    "refid": "refid",
    "room": "room",
    "arrival": "arrival",
    "departure": "departure",
    "birthday": "birthday",
    "vip": "vip",
}
ANSWERS: Mapping[str, str] = {**GIVEN_ANSWERS, **ASSUMED_ANSWERS}

GIVEN_REQUESTS: Mapping[str, str] = {"userurl": "userurl"}
ASSUMED_REQUESTS: Mapping[str, str] = {
    "version": "ver",
    "id": "id",
    "action": "ac",
    "type": "type",
    "language": "lang",
    "user": "user",
    "password": "pwd",
    "template": "tid",
    "description": "desc",
    "refid": "refid",
    "room": "room",
    "room_himed": "room_himed",
    "pin": "pin",
    "arrival": "arrival",
    "departure": "departure",
    "birthday": "birthday",
    "first_name": "fname",
    "last_name": "lname",
    "callback": "callback",
    "json": "data",
    "ov_time": "ov_time",
    "ov_volume": "ov_volume",
    "ov_idle": "ov_idle",
    "ov_expires": "ov_expires",
    "ov_down": "ov_down",
    "ov_up": "ov_up",
    "ov_description": "ov_desc",
}
REQUESTS: Mapping[str, str] = {**GIVEN_REQUESTS, **ASSUMED_REQUESTS}

FREE_TEXT = frozenset({"message", "userurl", "first_name", "last_name", "vip", "room", "description"})
"""Fields whose value may hold anything, a semicolon that the box did not cut out included."""


def wire_names(overrides: Mapping[str, str], table: Mapping[str, str]) -> dict[str, str]:
    """Our word for a field to its name on the wire, with a venue's overrides.

    A venue may say which name it replaces by our word (``password``) or by the default wire name (``pwd``).
    """
    return dict(table) | {word_of(key, table): name for key, name in overrides.items()}


def word_of(key: str, table: Mapping[str, str]) -> str:
    """Our word for a key of a venue file, which may be the word itself or the default name; "" for neither."""
    if key in table:
        return key
    return next((word for word, wire in table.items() if wire == key), "")


def assumed_in_use(overrides: Mapping[str, str], assumed: Mapping[str, str], words: set[str]) -> list[str]:
    """The assumed wire names among ``words`` that a venue has not settled yet."""
    settled = {word_of(key, assumed) for key in overrides}
    return [assumed[word] for word in assumed if word in words and word not in settled]
