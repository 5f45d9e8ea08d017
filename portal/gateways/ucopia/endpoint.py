"""How a controller is reached, and what one guest brings to every call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.http_client import Server
from portal.http_client.server import Tls


@dataclass(frozen=True)
class Endpoint:
    """How a controller is reached: as every server (:class:`portal.http_client.Server`), and how it knows us.

    ``zone`` is empty for an in-line controller.
    """

    url: str
    zone: str = ""
    user_agent: str = "portal/1"
    verify: bool | str = True
    tls: Tls = "strict"
    connect_timeout: float = 5
    read_timeout: float = 30

    @property
    def server(self) -> Server:
        """The server alone. A real ``init`` has about 20,000 bytes."""
        return Server(
            self.url, self.verify, self.tls, self.connect_timeout, self.read_timeout, max_size=1_000_000
        )


@dataclass(frozen=True)
class Session:
    """One guest's session: the cookie that came last, the portal page it was sent to.

    ``reopened`` says that the controller had lost the one before during this request: what it tells of a
    connection is then about a session that has just begun. ``secure`` is the network's password, once it is known:
    it goes with every call (wire). ``redirected``: an address that the controller named was opened in this request.
    """

    cookie: str = ""
    path: str = ""
    reopened: bool = field(default=False, metadata={"kept": False})
    secure: str = field(default="", repr=False)
    redirected: bool = field(default=False, metadata={"kept": False})


@dataclass(frozen=True)
class EntryParams:
    """How this guest comes in: in-line the page wanted first, out-of-band what the NAS said (Table 9).

    ``cna`` is the name that the controller gave to the window that a phone opened by itself (``cna_id``, wire).
    """

    original_url: str = ""
    nas: Mapping[str, str] = field(default_factory=dict)
    cna: str = ""
