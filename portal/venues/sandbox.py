"""The sandbox of a venue's own templates: text from outside, which cannot call into Python and costs little.

Jinja's sandbox forbids what is known to be bad. This one allows what is known to be good: the fields of frozen
values, some methods of texts and mappings, macros, blocks and loops. :mod:`.template_limits` bounds the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from portal.venues import template_limits as limits
from portal.venues.inside import inside

LARGEST_FILE = 200_000
"""Bytes of a template file of a venue."""
OF_TEXT = frozenset(
    [
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "isalpha",
        "isdigit",
        "islower",
        "isupper",
        "lower",
        "partition",
        "removeprefix",
        "removesuffix",
        "rpartition",
        "split",
        "startswith",
        "title",
        "upper",
    ]
)
OF_MAPPING = frozenset({"get", "items", "keys", "values"})
OF_LOOP = frozenset(
    [
        "changed",
        "cycle",
        "depth",
        "depth0",
        "first",
        "index",
        "index0",
        "last",
        "length",
        "nextitem",
        "previtem",
        "revindex",
        "revindex0",
    ]
)
Translate = Callable[..., str]


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates of one venue. ``functions`` may be called by their names; ``gettext`` and ``ngettext`` translate."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    concat = staticmethod(limits.concat)
    bounded_loop = staticmethod(limits.bounded_loop)
    bounded_concat = staticmethod(limits.concat_operator)
    bounded_literal = staticmethod(limits.charged)
    mine: VenueLoader | None = None
    _noted: set[str] | None = None

    def __init__(
        self,
        loader: BaseLoader,
        functions: Mapping[str, Callable[..., Any]],
        gettext: Translate,
        ngettext: Translate,
    ) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=limits.printed,
            extensions=["jinja2.ext.i18n"],
        )
        self.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        sentence, count = _sentences(gettext, ngettext)
        self.filters = limits.bounded_filters()
        self.globals.clear()
        self.globals |= {**functions, "range": limits.bounded_range}
        self.globals |= {"_": sentence, "gettext": sentence, "ngettext": count}
        self._callable = frozenset(self.globals.values())

    def refuse(self, names: Collection[str]) -> None:
        """From now on these templates of the venue are not there; ours take their place."""
        if self.mine:
            self.mine.refused = frozenset(names)
        if self.cache is not None:
            self.cache.clear()

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """Note the venue's own templates that pages use meanwhile, by their files."""
        used: set[str] = set()
        self._noted = used
        try:
            yield used
        finally:
            self._noted = None

    def get_template(self, *args: Any, **kwargs: Any) -> Template:
        """As Jinja's."""
        return self._note(super().get_template(*args, **kwargs))

    def select_template(self, *args: Any, **kwargs: Any) -> Template:
        """As Jinja's."""
        return self._note(super().select_template(*args, **kwargs))

    def _note(self, template: Template) -> Template:
        file, noted = template.filename, self._noted
        if noted is not None and self.mine and file and file.startswith(self.mine.searchpath[0]):
            noted.add(file)
        return template

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read this: fields of frozen values and a few methods, nothing else."""
        if attr.startswith("_"):
            return False
        if isinstance(obj, str):
            return attr in OF_TEXT
        if isinstance(obj, Mapping):
            return attr in OF_MAPPING
        if isinstance(obj, LoopContext):
            return attr in OF_LOOP
        if isinstance(obj, BlockReference):
            return attr == "super"
        if isinstance(obj, TemplateModule):
            return attr in vars(obj)
        return attr in field_names(type(obj))  # type: ignore[arg-type]

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call this."""
        if isinstance(obj, Macro | BlockReference | LoopContext):
            return True
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str | LoopContext) or type(owner) is dict:
            return True
        return getattr(type(obj), "for_templates", False) is True or _known(obj, self._callable)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called, and charge for what comes of it."""
        limits.charge(1)
        return limits.charged(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator between two values."""
        return limits.binary(operator, left, right, self.binop_table[operator])

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Bounded().visit(source), *args, **kwargs)


@cache
def field_names(kind: type) -> frozenset[str]:
    """The fields of a frozen dataclass, which a template may read; none of any other type."""
    return frozenset(field.name for field in fields(kind)) if is_frozen(kind) else frozenset()


def is_frozen(kind: type) -> bool:
    """Whether this is a frozen dataclass."""
    return is_dataclass(kind) and bool(getattr(kind, "__dataclass_params__").frozen)  # noqa: B009


def _known(obj: Any, functions: frozenset[Any]) -> bool:
    bounded = (limits.bounded_loop, limits.concat_operator, limits.charged)
    return any(obj is one for one in (*functions, *bounded))


class _Bounded(NodeTransformer):
    """Puts the bounds where Jinja's compiler has no hook: loops, ``~``, lists written in a template."""

    def visit_For(self, node: nodes.For, *args: Any) -> nodes.Node:
        """``for x in bounded_loop(items)``."""
        self.generic_visit(node)
        node.iter = _called("bounded_loop", [node.iter], node)
        return node

    def visit_Concat(self, node: nodes.Concat, *args: Any) -> nodes.Node:
        """``bounded_concat(a, b)``."""
        self.generic_visit(node)
        return _called("bounded_concat", node.nodes, node)

    def _literal(self, node: Any, *args: Any) -> nodes.Node:
        self.generic_visit(node)
        return _called("bounded_literal", [node], node)

    visit_List = visit_Dict = _literal

    def visit_Tuple(self, node: nodes.Tuple, *args: Any) -> nodes.Node:
        """As the others, unless it is what a loop or ``set`` assigns to."""
        return node if node.ctx == "store" else self._literal(node)


def _called(name: str, arguments: list[Any], beside: nodes.Node) -> nodes.Call:
    function = nodes.EnvironmentAttribute(name, lineno=beside.lineno)
    call = nodes.Call(function, arguments, [], None, None, lineno=beside.lineno)
    return call.set_environment(beside.environment)  # type: ignore[return-value, arg-type]


def _sentences(gettext: Translate, ngettext: Translate) -> tuple[Callable[..., str], Callable[..., str]]:
    """``_("…", name=value)`` and ``ngettext`` for templates; the values are escaped."""

    @pass_context
    def sentence(context: Context, text: str, /, **values: Any) -> str:
        return limits.filled(gettext(text), values)

    @pass_context
    def count(context: Context, one: str, many: str, num: int, /, **values: Any) -> str:
        return limits.filled(ngettext(one, many, num), {"num": num, **values})

    return sentence, count


class VenueLoader(FileSystemLoader):
    """Templates of a venue's folder; what a link leads out of it is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "theme" / "templates")
        self._folder = folder
        self.refused: frozenset[str] = frozenset()

    def get_source(self, environment: Any, template: str) -> Any:
        """The source; raises :class:`TemplateNotFound`."""
        if template in self.refused:
            raise TemplateNotFound(template)
        try:
            inside(self._folder, f"theme/templates/{template}")
        except (ValueError, OSError) as error:
            raise TemplateNotFound(template) from error
        return super().get_source(environment, template)


def sandbox_of(folder: Path, ours: BaseLoader | None, **more: Any) -> Sandbox:
    """The venue's own templates first, under ``own/`` too, so that they also go before those of a bundled theme."""
    mine = VenueLoader(folder)
    loader = ChoiceLoader([PrefixLoader({"own": mine}), mine, *([ours] if ours else [])])
    sandbox = Sandbox(loader, **more)
    sandbox.mine = mine
    return sandbox


def why_unusable(sandbox: Sandbox, source: str) -> tuple[int, str] | None:
    """Line and reason why a template cannot be used; None if it can."""
    if len(source) > LARGEST_FILE:
        return 0, f"has more than {LARGEST_FILE} characters"
    try:
        sandbox.compile(source)
    except TemplateSyntaxError as error:
        return error.lineno, error.message or "is no template"
    except (RecursionError, ValueError, TypeError, MemoryError) as error:
        return 0, f"cannot be read: {type(error).__name__}"
    return None
