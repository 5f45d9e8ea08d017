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
PMS_FAULTS = (
    "html", "garbage", "wrong_callback", "huge", "script", "wrong_types", "wrong_signature", "outage",
)  # fmt: skip


@dataclass(frozen=True)
class PmsSettings:
    """The hotel's side of the box.

    ``fields`` are demanded beside the room, any of ``fname lname pin arrival departure birthday``; Himed
    demands ``room_himed`` and ASAj both names whatever is listed. ``room_digits`` is the length to which
    the hotel pads its rooms with zeros (0 = as they are), ``name_chars`` how many characters of the last
    name are compared (0 = all). ``pads_input``: the box pads what the guest typed (ASSUMED), otherwise
    the room has to arrive padded. ASSUMED as well: ``path``, and ``style`` (``parameters`` one by one, or ``json``:
    one parameter ``data``), for the manual says both. ``takes_ticket``: the endpoint makes the ticket of a ``tid``;
    without it tickets are made by type ``create`` alone, as the SDK's local version does. ``lookup`` is how many
    seconds the PMS takes for a room that nobody sleeps in and for one that it has to compare.
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
    takes_ticket: bool = True
    lookup: tuple[float, float] = (0.0, 0.0)

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
    names of data fields, old to new; ``answer_names`` those of what the box sends, None = the same ones. ``code_password`` says what a code ticket has for
    a password (ASSUMED): ``equal`` to the code, ``empty``, or ``either``.

    ``cuts_semicolons``: the manual tells senders to cut them out of values; False is a box that does not.
    ``vlan`` is where a phone is caught that says nothing else, ``vlans`` are the others there are.
    ``detour`` are addresses of this box (base URLs that end with a slash) through which it leads a browser
    after redirect 2, one after the other, before it answers. ``rest_shape`` is the path of a REST-like URL.
    ``refresh_path`` is where the plain refresh URL of the manual stands, ``<refid>`` in it (ASSUMED).
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
    rest_shape: str = "{lapi}/{si}"
    cuts_semicolons: bool = True
    detour: tuple[str, ...] = ()
    refresh_path: str = "/refresh/<refid>"
    names: Mapping[str, str] = field(default_factory=dict)
    answer_names: Mapping[str, str] | None = None
    registration: str = "2014112233"
    vlan: str = "17"
    vlans: tuple[str, ...] = ()
    max_users: int = 800
    licensed_users: int = 1000
    languages: tuple[str, ...] = LANGUAGES
    code_password: str = "either"
    free_seconds: int = 30 * 60
    url_limit: int = 8000
    pms: PmsSettings = field(default_factory=PmsSettings)

    def __post_init__(self) -> None:
        if unknown := {*self.names, *(self.answer_names or {})} - {*GIVEN_NAMES, *ASSUMED_NAMES}:
            raise ValueError(f"no such fields: {', '.join(sorted(unknown))}")

    def wire(self, name: str) -> str:
        """The name of a field in what comes to the box."""
        return self.names.get(name, name)

    def sent_as(self, name: str) -> str:
        """The name of a field in what the box sends."""
        return (self.names if self.answer_names is None else self.answer_names).get(name, name)


@dataclass
class Faults:
    """The switches. Each may be thrown at any time, on the box's page or by a test.

    ``down`` is empty, ``close`` (the connection ends without an answer) or ``503``; ``slow`` is in
    seconds; ``pms`` is empty or one of :data:`PMS_FAULTS`; ``hostile_answer`` replaces every PMS answer.
    ``unknown_id``: the box has forgotten its devices. ``other_id``: redirect 3 names another device.
    ``replay``: redirects 1 and 3 are sent again as they went before. ``full``: every place is taken.
    ``repeated``: both parameters stand in the URL twice, with the same value. ``other_box``: what is sent
    names another registration number, though this box signs it. ``refusal`` is a return code with which every
    logon and every question of a room is refused (0 = as it should be), ``refusal_text`` its text. The box's
    own page and its switches work whatever is thrown.
    """

    wrong_secret: bool = False
    altered_url: bool = False
    other_version: bool = False
    replay: bool = False
    unknown_id: bool = False
    other_id: bool = False
    full: bool = False
    repeated: bool = False
    other_box: str = ""
    refusal: int = 0
    refusal_text: str = ""
    down: str = ""
    slow: float = 0.0
    pms: str = ""
    hostile_answer: bytes | None = None
