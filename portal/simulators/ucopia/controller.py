"""A simulated controller: its state, and the API that works on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.simulators.ucopia import actions
from portal.simulators.ucopia.faults import ACTIONS, MORE_ACTIONS
from portal.simulators.ucopia.session import Session
from portal.simulators.ucopia.state import Call, ControllerState, Message, Refused
from portal.simulators.ucopia.wire import dressed

__all__ = ["Call", "Controller", "Message", "Refused"]


class Controller(ControllerState):
    """One controller; see :class:`ControllerState`."""

    def act(self, action: str, form: Mapping[str, str], session: Session) -> Any:
        """An action of the API for a session; the answer is dressed in the style that is set."""
        if action not in (*ACTIONS, *MORE_ACTIONS):
            raise ValueError(f"no such action: {action}")
        with self.lock:
            guest = self.guests[session.guest]
            return dressed(actions.run(self, action, guest, form), self.settings.wire)
