"""Every template of a venue is tried on every page and in every language that the venue offers before a guest meets it;
one that fails gives way to ours.

A fault is told once, with file and line. A page of the venue also has to hold what the guest needs: for each form of
our page one that goes to the same place with the same inputs.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask, current_app
from jinja2 import TemplatesNotFound, TemplateSyntaxError, UndefinedError

from portal.app_state import app_state
from portal.journey import sample_pages, templating
from portal.journey.gateway import gateway_of
from portal.journey.sample import Sample
from portal.languages import Language
from portal.venues import own_templates, themes
from portal.venues.own_templates import PLACE
from portal.venues.sandbox import Sandbox
from portal.venues.tables import Fault
from portal.venues.template_limits import TooCostly
from portal.venues.venue import Venue

log = logging.getLogger("portal.venues.loading")
NAMES = "docs/skins.md lists what a template gets"
MAY = "docs/security.md says what a venue's template may use"
Forms = list[tuple[str, set[str]]]
"""Where each form of a page goes, and the names of its inputs."""


@dataclass
class Trial:
    """One venue's templates under trial; ``faults`` in the order found, each file once."""

    venue: Venue
    sandbox: Sandbox
    refused: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, names: Collection[str], fault: Fault) -> None:
        """Ours take the place of these from now on."""
        self.refused |= set(names)
        self.faults.append(fault)
        self.sandbox.refuse(self.refused)

    @property
    def left(self) -> list[str]:
        """Those that nothing was found against."""
        return [name for name in own_templates.names_of(self.venue.folder) if name not in self.refused]


def init_app(app: Flask) -> None:
    """Try the templates of every venue that has some. A venue without costs one look into its folder."""
    app.extensions["own templates"] = {}
    with app.app_context():
        for venue in app_state().venues.values():
            if isinstance(venue, Venue):
                for fault in try_out(venue):
                    log.error("venue=%s template not used: %s", venue.slug, fault)


def faults_of(venue: Venue) -> Sequence[Fault]:
    """What was found when the venue's templates were tried last."""
    found: Sequence[Fault] = current_app.extensions["own templates"].get(venue.slug, ())
    return found


def try_out(venue: Venue) -> Sequence[Fault]:
    """Render every sample with the venue's own templates; afterwards only those are used that passed."""
    found: Sequence[Fault] = ()
    if sandbox := templating.sandbox_of_venue(venue):
        trial = Trial(venue, sandbox)
        sandbox.refuse(())
        for name, fault in own_templates.unusable(venue.folder).items():
            trial.refuse([name], fault)
        known, pages = _names_of_ours(venue.file.theme), gateway_of(venue).own_pages(venue)
        trial.faults += own_templates.strays(venue.folder, known, pages)
        for sample in sample_pages.samples_of(venue) if trial.left else ():
            _try_in_every_language(trial, sample)
        found = tuple(trial.faults)
    current_app.extensions["own templates"][venue.slug] = found
    return found


def _names_of_ours(theme: str) -> set[str]:
    root = themes.ROOT / "templates"
    shared = {path.relative_to(root).as_posix() for path in root.rglob("*.html")}
    folder = root / "themes" / theme
    return (
        shared
        | {templating.LAYOUT}
        | {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    )


def _try_in_every_language(trial: Trial, sample: Sample) -> None:
    """One page in the default language, and in the others if a template of the venue has a part in it. Our page has
    the same forms in all of them, so it is made once."""
    first = trial.venue.default_language
    forms = _forms_of_ours(trial, sample, first)
    for language in (first, *(one for one in trial.venue.languages if one is not first)):
        with trial.sandbox.noting() as used:
            _render(trial, sample, language, forms)
        if not used:
            return


def _forms_of_ours(trial: Trial, sample: Sample, language: Language) -> Forms:
    """Those of our own page; none for a page of the venue's alone, which is held to nothing of ours."""
    with contextlib.suppress(TemplatesNotFound), templating.watched(own=False) as watch:
        html = _page(sample, trial, language)
        return [] if watch.missing else _Forms(html).forms
    return []


def _render(trial: Trial, sample: Sample, language: Language, forms: Forms) -> None:
    """One page, until it comes out as it should; every round refuses a template at least."""
    page_title = f"“{sample.title}”"
    if language is not trial.venue.default_language:
        page_title += f" in {language.english}"
    while trial.left:
        with templating.watched() as watch:
            html = _page(sample, trial, language)
        if watch.faults:
            if not _blame(trial, sample, language, watch.faults[0], page_title):
                return
            continue
        if lacks := next(_lacking(forms, html), ""):
            names = [name for name in watch.names if name in trial.left] or trial.left
            right = "put the form into the page, as in the example of docs/skins.md"
            trial.refuse(names, Fault(f"{PLACE}/{names[0]}", f"page {page_title}", lacks, right))
            continue
        return


def _page(sample: Sample, trial: Trial, language: Language) -> str:
    return sample_pages.page_of(sample, trial.venue, language).html


def _blame(trial: Trial, sample: Sample, language: Language, fault: Exception, page_title: str) -> bool:
    """Refuse the template that broke a page: the innermost of the venue's that was at work; else the one without
    which the page comes out; else all. False where the page does not come out without any of them either."""
    found = _where(trial.venue.folder / PLACE, fault)
    if found and found[0] in trial.left:
        names, line = [found[0]], found[1]
    else:
        names, line = _needed(trial, sample, language), 0
        if not names:
            log.error("our own template fails in a venue's sandbox page=%s %s", sample.name, _said(fault))
            return False
    wrong = f"{_said(fault)} (on the page {page_title})"
    key = f"line {line}" if line else "(file)"
    trial.refuse(names, Fault(f"{PLACE}/{names[0]}", key, wrong, _right(fault)))
    return True


def _where(folder: Path, fault: Exception) -> tuple[str, int] | None:
    """Name and line of the venue's template that was at work last."""
    places = []
    trace = fault.__traceback__
    while trace:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(fault, TemplateSyntaxError) and fault.filename:
        places.append((fault.filename, fault.lineno))
    for file, line in reversed(places):
        if Path(file).is_relative_to(folder):
            return Path(file).relative_to(folder).as_posix(), line
    return None


def _needed(trial: Trial, sample: Sample, language: Language) -> list[str]:
    if not _comes_out(trial, sample, language, trial.left):
        trial.sandbox.refuse(trial.refused)
        return []
    alone = ([name] for name in trial.left if _comes_out(trial, sample, language, [name]))
    return next(alone, trial.left)


def _comes_out(trial: Trial, sample: Sample, language: Language, without: Collection[str]) -> bool:
    trial.sandbox.refuse(trial.refused | set(without))
    with templating.watched() as watch:
        _page(sample, trial, language)
    return not watch.faults


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"[:200]


def _right(fault: Exception) -> str:
    if isinstance(fault, UndefinedError):
        return NAMES
    return "make the page smaller or its loops shorter" if isinstance(fault, TooCostly) else MAY


class _Forms(HTMLParser):
    """The forms of a page: where each goes, and the names of its inputs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: Forms = []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or an input of it."""
        values = dict(attrs)
        if tag == "form":
            self._open = True
            self.forms.append((values.get("action") or "", set()))
        elif self._open and tag == "button":
            self.forms[-1][1].add("a button")
        elif self._open and tag in ("input", "select", "textarea") and values.get("name"):
            self.forms[-1][1].add(values["name"] or "")

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        self._open = self._open and tag != "form"


def _lacking(ours: Forms, own: str) -> Iterator[str]:
    """What a guest could not do on the venue's page, a line each: for every place that our forms go to, one of
    them has to be there, whole."""
    there = _Forms(own).forms
    wanted: dict[str, list[set[str]]] = {}
    for action, names in ours:
        wanted.setdefault(action, []).append(names)
    for action, choices in wanted.items():
        given = [names for where, names in there if where == action]
        if not given:
            yield f"lacks the form that goes to {action}"
        elif not any(need <= names for need in choices for names in given):
            missing = min((need - names for need in choices for names in given), key=len)
            yield f"leaves out of its form: {', '.join(sorted(missing))}"
