"""What every table of a venue file says that names a server which the portal itself calls."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from portal.http_client import NoTrust, Server, tls_context
from portal.venues.tables import Table

log = logging.getLogger("portal.venues")


class Upstream(Table):
    """Whom the server has to prove itself to (:class:`portal.http_client.Server`); a CA file lies in the venue's
    folder, and ``verify`` then holds its whole path."""

    verify: Annotated[bool | str, Field(description="true, false, or the path of a CA file")] = True
    tls: Annotated[
        Literal["strict", "old"],
        Field(description='"strict", or "old" for a controller that only knows TLS 1.0'),
    ] = "strict"

    @field_validator("verify")
    @classmethod
    def _ca_file(cls, value: bool | str, info: ValidationInfo) -> bool | str:
        if isinstance(value, bool):
            return value
        context: dict[str, Any] = info.context or {}
        folder = Path(context.get("folder") or ".").resolve()
        path = (folder / value).resolve()
        right = "name a PEM file of the venue's folder, or true, or false"
        if not path.is_relative_to(folder) or not path.is_file():
            raise ValueError(f"{value!r} is no file in the venue's folder; {right}")
        try:
            tls_context(Server("", verify=str(path)))
        except NoTrust:
            raise ValueError(f"{value!r} holds no certificate; {right}") from None
        return str(path)

    @model_validator(mode="after")
    def _weakness(self) -> Upstream:
        """One line in the log for a server that is not authenticated, or only by old means."""
        host = Server(getattr(self, "url", "")).host
        if self.verify is False:
            log.warning("host=%s verify=false: not authenticated, whoever answers is believed", host)
        if self.tls == "old":
            log.warning("host=%s tls=old: TLS 1.0 and 1.1, old keys and ciphers are accepted", host)
        return self
