"""How a simulated box is set up, and the faults it can be told to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The data fields by the names that the box uses unless it is told others.
# Given in the manual: box to portal, `Default field`; `fname` and `lname` as names of the PMS answer.
GIVEN_NAMES = (
    "ver", "id", "ac", "ip", "ma", "vl", "iac", "uo", "uop", "mu", "lu", "rc", "err", "userurl", "fname", "lname",
)  # fmt: skip
# ASSUMED: the name column of the manual's other tables is lost. All of these can be renamed.
ASSUMED_NAMES = (
    "type", "lang", "user", "pwd", "tid", "desc", "refid", "room", "room_himed", "pin", "arrival", "departure",
    "birthday", "vip", "ov_time", "ov_volume", "ov_idle", "ov_expires", "ov_down", "ov_up", "ov_desc",
)  # fmt: skip

LANGUAGES = ("de", "en", "fr", "it", "es", "nl", "pl", "pt", "ru", "ja", "zh", "ko", "ar", "th", "id")
PMS_KINDS = ("fias", "himed", "asaj")
PMS_FAULTS = ("html", "garbage", "wrong_callback", "huge", "script", "wrong_types", "wrong_signature")


@dataclass(frozen=True)
class PmsSettings:
    """The hotel's side of the box.

    ``fields`` are demanded beside the room, any of ``fname lname pin arrival departure birthday``; Himed
    demands ``room_himed`` and ASAj both names whatever is listed. ``room_digits`` is the length to which
    the hotel pads its rooms with zeros (0 = as they are), ``name_chars`` how many characters of the last
    name are compared (0 = all). ``pads_input``: the box pads what the guest typed (ASSUMED), otherwise
    the room has to arrive padded. ASSUMED as well: ``path``, and ``style`` (``parameters`` one by one, or ``json``:
    one parameter ``data``), for the manual says both.
    """

    kind: str = "fias"
    fields: tuple[str, ...] = ("birthday",)
    path: str = "/pms"
    style: str = "parameters"
    room_digits: int = 0
    pads_input: bool = False
    name_chars: int = 0
    skip_free_templates: bool = True
    send_data: bool = True

    def __post_init__(self) -> None:
        if self.kind not in PMS_KINDS or self.style not in ("parameters", "json"):
            raise ValueError(f"no such PMS: {self.kind}, {self.style}")

    @property
    def demanded(self) -> tuple[str, ...]:
        """Every field a guest has to send, the room first."""
        by_kind = {"fias": (), "himed": ("room_himed",), "asaj": ("fname", "lname")}[self.kind]
        return tuple(dict.fromkeys(("room", *by_kind, *self.fields)))


@dataclass(frozen=True)
class BoxSettings:
    """What an operator sets at a box.

    ``landing_url`` and ``callback_url`` may come later (:meth:`IacBox.point_at`). Without a
    ``callback_url`` there is no redirect 3: the box sends the guest on by itself. ``names`` replaces wire
    names of data fields, old to new, in both directions (ASSUMED for incoming ones). ``code_password`` says what a code ticket has for
    a password (ASSUMED): ``equal`` to the code, ``empty``, or ``either``.
    """

    secret: str
    landing_url: str = ""
    callback_url: str | None = None
    version: str = "2.1"
    encrypt: bool = True
    salt: str = "raw"
    lapi: str = "lapi"
    si: str = "si"
    rest_like: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    registration: str = "2014112233"
    vlan: str = "17"
    max_users: int = 800
    licensed_users: int = 1000
    languages: tuple[str, ...] = LANGUAGES
    code_password: str = "either"
    free_seconds: int = 30 * 60
    url_limit: int = 8000
    pms: PmsSettings = field(default_factory=PmsSettings)

    def __post_init__(self) -> None:
        if unknown := set(self.names) - {*GIVEN_NAMES, *ASSUMED_NAMES}:
            raise ValueError(f"no such fields: {', '.join(sorted(unknown))}")

    def wire(self, name: str) -> str:
        """The name of a field on the wire."""
        return self.names.get(name, name)


@dataclass
class Faults:
    """The switches. Each may be thrown at any time, on the box's page or by a test.

    ``down`` is empty, ``close`` (the connection ends without an answer) or ``503``; ``slow`` is in
    seconds; ``pms`` is empty or one of :data:`PMS_FAULTS`; ``hostile_answer`` replaces every PMS answer.
    ``unknown_id``: the box has forgotten its devices. ``other_id``: redirect 3 names another device.
    ``replay``: redirects 1 and 3 are sent again as they went before. The box's own page and its switches
    work whatever is thrown.
    """

    wrong_secret: bool = False
    altered_url: bool = False
    other_version: bool = False
    replay: bool = False
    unknown_id: bool = False
    other_id: bool = False
    down: str = ""
    slow: float = 0.0
    pms: str = ""
    hostile_answer: bytes | None = None
