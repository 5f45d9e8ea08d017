"""Every guest text in every language: loads, complete, same placeholders, and the house's words for its things."""

from __future__ import annotations

import gettext
import re
import shutil

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.languages import LANGUAGES
from translations import gates, update

GLOSSARY = {
    "Connect": "ar اتصال|de Verbinden|fr Se connecter|es Conectarse|it Connetti|nl Verbinden|pt Ligar|pl Połącz|"
    "ru Подключиться|ja 接続する|ko 연결하기|zh_CN 连接|zh_TW 連線|th เชื่อมต่อ|id Hubungkan",
    "Ticket code": "ar رمز التذكرة|de Ticket-Code|fr Code du ticket|es Código del ticket|it Codice del ticket|"
    "nl Ticketcode|pt Código do bilhete|pl Kod biletu|ru Код билета|ja チケットコード|ko 티켓 코드|zh_CN 上网码|"
    "zh_TW 上網序號|th รหัสตั๋ว|id Kode tiket",
    "Room number": "ar رقم الغرفة|de Zimmernummer|fr Numéro de chambre|es Número de habitación|it Numero di camera|"
    "nl Kamernummer|pt Número do quarto|pl Numer pokoju|ru Номер комнаты|ja 部屋番号|ko 객실 번호|zh_CN 房间号|"
    "zh_TW 房號|th หมายเลขห้อง|id Nomor kamar",
    "Date of birth": "ar تاريخ الميلاد|de Geburtsdatum|fr Date de naissance|es Fecha de nacimiento|it Data di nascita|"
    "nl Geboortedatum|pt Data de nascimento|pl Data urodzenia|ru Дата рождения|ja 生年月日|ko 생년월일|zh_CN 出生日期|"
    "zh_TW 出生日期|th วันเกิด|id Tanggal lahir",
    "I accept the terms of use": "ar أوافق على شروط الاستخدام|de Ich akzeptiere die Nutzungsbedingungen|"
    "fr J’accepte les conditions d’utilisation|es Acepto las condiciones de uso|it Accetto le condizioni d’uso|"
    "nl Ik ga akkoord met de gebruiksvoorwaarden|pt Aceito as condições de utilização|pl Akceptuję warunki korzystania|"
    "ru Я принимаю условия использования|ja 利用規約に同意します|ko 이용약관에 동의합니다|zh_CN 我接受使用条款|"
    "zh_TW 我接受使用條款|th ฉันยอมรับข้อกำหนดการใช้งาน|id Saya menyetujui ketentuan penggunaan",
    "You are online": "ar تم الاتصال بالإنترنت|de Sie sind online|fr Vous êtes en ligne|es Ya tiene conexión|"
    "it Connessione attiva|nl U bent online|pt Já tem ligação à Internet|pl Połączono z internetem|ru Вы в сети|"
    "ja インターネットに接続しました|ko 인터넷에 연결되었습니다|zh_CN 您已联网|zh_TW 您已連線|"
    "th เชื่อมต่ออินเทอร์เน็ตแล้ว|id Anda sudah online",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")


def catalogue(name: str) -> Catalog:
    with update.po(name).open("rb") as file:
        return read_po(file, locale=name)


@pytest.fixture(params=LANGUAGES, ids=lambda row: row.code)
def language(request):
    return request.param


def test_the_template_is_up_to_date():
    with (update.HERE / "messages.pot").open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    assert kept == {message.id for message in update.extract() if message.id}


def test_a_language_has_every_message_and_no_other(language):
    with (update.HERE / "messages.pot").open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    assert {message.id for message in catalogue(language.catalogue) if message.id} == wanted


def test_a_language_is_complete_and_sure(language):
    found = catalogue(language.catalogue)
    assert not found.fuzzy
    assert [one.id for one in update.missing(found)] == []
    assert [one.id for one in found if one.id and one.fuzzy] == []


def test_a_language_keeps_the_placeholders(language):
    messages = [message for message in catalogue(language.catalogue) if message.id]
    assert sum(1 for message in messages if PLACEHOLDER.search(str(message.id))) > 30
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for text in texts:
            found = set(PLACEHOLDER.findall(text))
            assert found == wanted or (len(ids) == 2 and found | {"num"} == wanted | {"num"}), (ids, text)
            assert "<" not in text or "<" in ids[0], text


def test_a_language_loads_and_says_something_of_its_own(language):
    update.compile_all()
    loaded = gettext.translation("messages", str(update.HERE), [language.catalogue])
    said = loaded.gettext("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    assert said
    assert (said[:10] == "Switch the") == (language.code == "en")


def test_a_language_uses_the_words_of_the_app_state(language):
    found = catalogue(language.catalogue)
    for msgid, rows in GLOSSARY.items():
        words = dict(row.split(" ", 1) for row in rows.split("|"))
        assert found[msgid].string == words.get(language.code, msgid)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_terms_are_linked_inside_the_sentence_that_accepts_them(language):
    """``macros.html`` makes a link of the words of the one message where they stand in the other."""
    name = language.catalogue
    words, sentence = (catalogue(name).get(id).string for id in ("terms of use", "I accept the terms of use"))
    assert words in sentence


def test_a_language_keeps_to_the_gates(language):
    """Punctuation, apostrophes, lengths of buttons, what has to be looked at: what a program can see of good words."""
    assert list(gates.faults(language.catalogue, catalogue(language.catalogue))) == []


def test_translators_are_told_what_every_short_message_is():
    assert list(gates.unexplained(update.extract())) == []


def test_a_short_message_that_nothing_explains_is_named_and_so_is_an_explanation_of_nothing(monkeypatch):
    found = Catalog()
    found.add("Fold")
    found.add("Sheet", auto_comments=["Title of a page"])
    found.add("This says enough by itself.")
    monkeypatch.setattr(update, "notes", lambda: {"Paper": "Label"})
    assert list(gates.unexplained(found)) == [
        "'Fold': nothing says what it is; write it into notes.toml",
        "notes.toml: 'Paper' is no message",
    ]


@pytest.mark.parametrize(
    ("code", "text", "wrong"),
    [
        ("de", "Bitte warten", "says please"),
        ("en", "Welcome!", "has an exclamation mark"),
        ("fr", "L'adresse", "has a straight apostrophe"),
        ("it", "L'indirizzo", "has a straight apostrophe"),
        ("fr", "Besoin d’aide?", "lacks the narrow blank"),
        ("ja", "接続しました.", "has Latin punctuation"),
        ("ar", "الاتصال, الآن", "has Latin punctuation"),
        ("it", "\u2068%(name)s\u2069", "has a direction mark"),
    ],
)
def test_a_gate_sees_what_it_is_for(code, text, wrong):
    assert any(wrong in one for one in gates._wrong_with(code, "a sentence", text))


def test_a_button_has_to_fit():
    assert list(gates._wrong_with("pl", "Connect", "x" * 25))
    assert list(gates._wrong_with("ja", "Connect", "あ" * 15))
    assert not list(gates._wrong_with("pl", "Connect", "x" * 24))


TEN = (
    "One moment",
    "Enter your room number.",
    "Try again",
    "Choose another",
    "You are online",
    "Privacy",
    "Welcome, %(name)s.",
    "Date of birth",
    "Price",
    "I accept the terms of use",
)


def test_a_reworded_sentence_keeps_its_translations_and_asks_for_a_look(tmp_path, monkeypatch):
    """Ten sentences in a copy of the sources: 150 translations stay and are marked, until somebody has looked."""
    for name in ("portal", "templates", "translations"):
        shutil.copytree(
            update.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo")
        )
    monkeypatch.setattr(update, "ROOT", tmp_path)
    monkeypatch.setattr(update, "HERE", tmp_path / "translations")
    monkeypatch.setattr(update, "NOTES", tmp_path / "translations" / "notes.toml")
    before = {row.code: update.by_key(update.read(row.catalogue)) for row in LANGUAGES}
    changes = {old: old.replace("Welcome", "Good day") if "Welcome" in old else f"{old} now" for old in TEN}
    update.reword(changes)
    kept = 0
    for row in LANGUAGES:
        catalog = update.read(row.catalogue)
        found = update.by_key(catalog)
        assert not set(TEN) & set(found)
        if row.code != "en":
            kept += sum(found[new].string == before[row.code][old].string for old, new in changes.items())
            assert {update.key_of(one) for one in update.marked(catalog)} == set(changes.values())
            assert len([line for line in gates.faults(row.catalogue, catalog) if "has changed" in line]) == 10
            update.keep(row.catalogue, ["--all"])
            assert not list(update.marked(update.read(row.catalogue)))
    assert kept == 150
    assert list(gates.unexplained(update.extract())) == []
    update.notes.cache_clear()
