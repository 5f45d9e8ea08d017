"""What goes wrong between us and the box: the guest ends online or with a true message, one account, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from portal.gateways.ucopia import idempotency
from portal.gateways.ucopia.answers import Account as MadeAccount
from portal.shared_store import SharedStore
from portal.shared_store.sqlite import SqliteBackend
from portal.simulators.server import serve
from portal.simulators.ucopia import Account, ControllerSettings, Mode, create_controller
from tests.gateways.ucopia.world import World, table, world
from tests.guest import Guest
from tests.house import KEY, running_portal

FORM = Mode(True)


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Callable[..., World]]:
    with ExitStack() as stack:

        def make(settings: ControllerSettings | None = None, **keys: Any) -> World:
            settings = settings or ControllerSettings(one=Mode(True).show("firstName", "userLogin"))
            made: World = stack.enter_context(world(tmp_path, settings, **keys))
            made.controller.accounts.add(Account("jsmith", "1234"))
            return made

        yield make


@pytest.mark.parametrize("answer", ["redirect", "html", "error"])
@pytest.mark.parametrize("action", ["init", "subscribe", "authenticate"])
def test_a_session_lost_at_any_call_does_not_stop_a_guest(
    campus: Callable[..., World], action: str, answer: Any
) -> None:
    there = campus()
    there.settings.faults.lost_session_answer = answer
    there.settings.init_opens = (
        answer != "html"
    )  # else nobody knows what the page in place of an answer hides
    guest = there.arrives()
    there.settings.faults.lose_session_at = action
    guest.fills(first_name="Anna").presses(way="one").status(200).sees("You are online")
    assert there.controller.accounts.made == 1
    assert any(one.online for one in there.controller.guests.values())


@pytest.mark.parametrize("action", ["refresh", "disconnect"])
def test_a_session_lost_later_ends_with_a_true_message(campus: Callable[..., World], action: str) -> None:
    there = campus(ControllerSettings(auto_disconnect=False))
    guest = there.arrives().presses(way="one")
    there.settings.faults.lose_session_at = action
    if action == "refresh":
        guest.waits_for_refresh().sees("You are online")  # the session is gone, nobody says that the guest is
    else:
        guest.presses(button="Disconnect").sees("You could not be disconnected")


@pytest.mark.parametrize("action", ["init", "subscribe", "authenticate"])
def test_a_dead_controller_is_never_called_a_wrong_password(
    campus: Callable[..., World], action: str
) -> None:
    there = campus()
    guest = there.arrives()
    there.settings.faults.dead.add(action)
    if action == "init":
        there.arrives().status(503).sees("The network does not answer")
        return
    guest.fills(first_name="Anna", user_login="anna").presses(way="one")
    guest.does_not_see("not right", "You are online")
    there.settings.faults.dead.clear()
    if action == "authenticate":  # the account is on the page, and one press goes on
        guest.sees("anna", there.controller.accounts.all()[-1].password)
        guest.presses(button="Connect").sees("You are online")
    else:
        guest.sees("do not know whether your account").follows("Start again").sees("With an account")
        assert (guest.field("first_name"), guest.field("user_login")) == ("Anna", "anna")


def test_a_controller_that_is_down_and_comes_back_costs_nothing(tmp_path: Path) -> None:
    with world(tmp_path / "first") as there:
        controller = there.controller
    controller.settings.one.show("firstName", "lastName")
    running = serve(create_controller(controller))
    port = running.server.server_port
    with running_portal(tmp_path / "second", {"campus": table(running.url, connect_timeout=1)}) as portal:
        guest = Guest(portal.url).opens("campus/").fills(first_name="Anna", last_name="Meier")
        running.stop()
        guest.presses(way="one").status(503).sees("The network does not answer")
        assert (guest.field("first_name"), guest.field("last_name")) == ("Anna", "Meier")
        guest.chooses_language("de")  # the form is known, the controller is not asked for it
        assert (guest.field("first_name"), guest.field("last_name")) == ("Anna", "Meier")
        with serve(create_controller(controller), port=port):
            guest.chooses_language("en").presses(way="one").sees("You are online")
    assert controller.accounts.made == 1


def test_a_form_with_errors_needs_no_controller(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(one=Mode(True).show("firstName", "lastName", mandatory=True)))
    guest = there.arrives().fills(first_name="Anna")
    there.settings.faults.dead.update(("init", "open", "subscribe"))
    guest.presses(way="one").status(422).has_error_on("last_name")
    assert guest.field("first_name") == "Anna"
    there.settings.faults.dead.clear()
    guest.chooses_language("de")
    assert guest.field("first_name") == "Anna"


@pytest.mark.parametrize("action", ["authenticate", "disconnect"])
def test_a_time_out_after_success_is_looked_into(campus: Callable[..., World], action: str) -> None:
    there = campus(read_timeout=0.3)
    there.settings.faults.hang_after[action] = 20
    guest = there.arrives()
    if action == "disconnect":
        guest.presses(way="one").presses(button="Disconnect").sees("You are disconnected")
    else:
        guest.presses(way="one").sees("You are online")
    assert there.actions()[-2:] == ["init", "init"] if action == "authenticate" else True
    assert there.actions().count(action) == 1


@pytest.mark.parametrize("action", ["authenticate", "disconnect"])
def test_a_time_out_before_success_is_told_as_it_is(campus: Callable[..., World], action: str) -> None:
    there = campus(read_timeout=0.3)
    guest = there.arrives()
    if action == "disconnect":
        guest.presses(way="one")
    there.settings.faults.slow[action] = 20
    if action == "disconnect":
        guest.presses(button="Disconnect").sees("You could not be disconnected")
    else:
        guest.fills(login="jsmith", password="1234").presses(way="login")
        guest.status(504).sees("cannot check this right now").does_not_see("not right")
        assert guest.field("login") == "jsmith"


def test_an_account_whose_answer_was_lost_is_not_made_again(campus: Callable[..., World]) -> None:
    there = campus(read_timeout=0.3)
    there.settings.faults.hang_after["subscribe"] = 20
    guest = (
        there.arrives()
        .fills(first_name="Anna")
        .presses(way="one")
        .status(504)
        .sees("do not know whether your account")
    )
    there.settings.faults.hang_after.clear()
    guest.goes_back().presses(way="one").sees("do not know whether your account")
    assert there.controller.accounts.made == 1
    guest.follows("Start again").presses(way="one").sees("You are online")
    assert there.controller.accounts.made == 2  # by her own decision


def test_an_account_that_the_guest_named_is_tried_when_its_answer_was_lost(
    campus: Callable[..., World],
) -> None:
    settings = ControllerSettings(one=Mode(True).show("userLogin", "userPassword"))
    there = campus(settings, read_timeout=0.3)
    there.settings.faults.hang_after["subscribe"] = 20
    guest = there.arrives().fills(user_login="anna", user_password="s3cret", user_password_confirm="s3cret")
    guest.presses(way="one").sees("You are online", "anna")
    assert there.controller.accounts.made == 1


@pytest.mark.parametrize("mode", ["one", "direct"])
def test_a_double_click_makes_one_account(campus: Callable[..., World], mode: str) -> None:
    there = campus(ControllerSettings(one=Mode(mode == "one"), direct=Mode(mode == "direct")))
    there.settings.faults.slow["subscribe"] = 0.3
    token = there.arrives(cookies=False).field("guest")
    pages: list[Guest] = []

    def click() -> None:
        guest = there.guest(cookies=False).opens("campus/")
        pages.append(guest.forges(guest=str(token)).presses(way=mode))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert there.controller.accounts.made == 1
    account = there.controller.accounts.all()[-1]
    assert len(pages) == 4
    for page in pages:
        page.status(200).sees(account.login, account.password)


def test_a_form_that_was_refused_may_be_sent_again(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().fills(user_login="jsmith").presses(way="one").has_error_on("user_login")
    guest.fills(user_login="anna").presses(way="one").sees("You are online")
    assert there.controller.accounts.made == 1


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[SharedStore]]:
    """The stores of two processes of one host; the clock stands still until a test moves it."""
    stores = [SharedStore(SqliteBackend(tmp_path / "shared", lambda: CLOCK[0]), (KEY,)) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


CLOCK = [1000.0]


def test_other_processes_know_a_used_form_for_as_long_as_a_form_can_be_sent(
    processes: list[SharedStore], tmp_path: Path
) -> None:
    first, second = processes
    with idempotency.ticket(first, "form-1", 0) as ticket:
        assert ticket.account is None
        ticket.keep(MadeAccount("anna", "s3cret"))
    CLOCK[0] += 3 * 3600
    with idempotency.ticket(second, "form-1", 0) as ticket:
        assert ticket.account == MadeAccount("anna", "s3cret")
    assert b"s3cret" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with idempotency.ticket(first, "form-2", 0) as ticket:
        ticket.release()
    with idempotency.ticket(second, "form-2", 0) as ticket:
        assert ticket.account is None


def test_a_form_whose_answer_never_came_is_not_sent_again_by_anybody(processes: list[SharedStore]) -> None:
    first, second = processes
    with idempotency.ticket(first, "form", 0):
        pass
    for store in (first, second):
        with pytest.raises(idempotency.Taken), idempotency.ticket(store, "form", 0):
            raise AssertionError("whoever took it never learnt the answer")


def test_a_form_whose_process_was_killed_is_not_sent_again_by_anybody(processes: list[SharedStore]) -> None:
    first, second = processes
    killed = idempotency.ticket(first, "form", 0)
    killed.__enter__()
    for seconds in (0, 960):  # while its lock is there, and long after
        CLOCK[0] += seconds
        with pytest.raises(idempotency.Taken), idempotency.ticket(second, "form", 0):
            raise AssertionError("nobody knows what came of it")


def test_out_of_band_a_controller_that_is_away_does_not_hide_that_the_guest_is_online(
    campus: Callable[..., World],
) -> None:
    there = campus(ControllerSettings(login_type="POST"), architecture="out-of-band", zone="test")
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login")
    there.settings.faults.dead.update(("init", "open"))
    guest.presses(button="Continue").status(200).sees("You are online")
    guest.opens("campus/online").sees("You are online", "cannot be shown right now")


@pytest.mark.parametrize("refusal", ["no-portal", "user-agent", "empty-address"])
def test_table_1_is_a_page_that_tells_the_staff_what_is_wrong(
    campus: Callable[..., World], refusal: Any
) -> None:
    there = campus()
    there.settings.refusal = refusal
    status = {"no-portal": "401", "user-agent": "403", "empty-address": "404"}[refusal]
    there.arrives().status(502).sees("not set up for this place", status, "reception")
