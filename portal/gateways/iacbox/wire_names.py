"""The names of the data fields on the wire, each once.

Login-API definition, "Data fields". Given: ver id ac ip ma vl iac uo uop mu lu rc err userurl, and ``fname`` and
``lname`` as names of the PMS answer. The manual's copy lost the name column of everything else, so those
names are ASSUMED; a venue replaces any of them with ``[iacbox.names]``.
"""

from __future__ import annotations

from collections.abc import Mapping

GIVEN: Mapping[str, str] = {
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
}

ASSUMED: Mapping[str, str] = {
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
    "vip": "vip",
    "callback": "callback",
    "json": "data",
    "ov_time": "ov_time",
    "ov_volume": "ov_volume",
    "ov_idle": "ov_idle",
    "ov_expires": "ov_expires",
    "ov_down": "ov_down",
    "ov_up": "ov_up",
    "ov_desc": "ov_desc",
}

ALL: Mapping[str, str] = {**GIVEN, **ASSUMED}


def wire_names(overrides: Mapping[str, str]) -> dict[str, str]:
    """Our word for a field to its name on the wire, with a venue's overrides.

    A venue may say which name it replaces by our word (``user``) or by the default wire name (``pwd``).
    """
    by_wire = {wire: word for word, wire in ALL.items()}
    return dict(ALL) | {word if word in ALL else by_wire[word]: name for word, name in overrides.items()}


def assumed_in_use(overrides: Mapping[str, str], words: set[str]) -> list[str]:
    """The assumed wire names among ``words`` that a venue has not settled yet."""
    by_wire = {wire: word for word, wire in ALL.items()}
    settled = {word if word in ALL else by_wire.get(word, "") for word in overrides}
    return [ASSUMED[word] for word in ASSUMED if word in words and word not in settled]
