"""The head of a page: whose figures, by which definition, as of when, filtered by what; and the notes on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import streamlit as st

from dashboards import format as fmt
from dashboards.components.markup import tag, text
from dashboards.queries.catalogue import Definition
from dashboards.queries.errors import QueryError
from dashboards.queries.kpi import KpiAnswer
from dashboards.queries.sources import Source

SYNTHETIC = "Synthetic data, not a real company"
_STYLE = Path(__file__).with_name("style.css")
_LOGO = Path(__file__).with_name("logo.svg")


def draw_style() -> None:
    """The one stylesheet of all pages, and whose pages they are."""
    st.html(_STYLE)
    st.logo(_LOGO, size="large")


def company_name(company: Source) -> str:
    """A source by its title, with its id where that differs."""
    return fmt.member(company.source_system, company.title)


def promise_words(definition: Definition, answer: KpiAnswer) -> tuple[str, bool]:
    """The promise judged by, in words, and whether it is a fallback from the definition's own."""
    promise = fmt.promise(answer.promise_in_use, definition.side)
    place = fmt.code(definition.place, fmt.PLACES)
    if answer.promise_in_use == definition.promise:
        return f"Judged against the {promise}, {place}", False
    wanted = fmt.promise(definition.promise, definition.side)
    return f"Judged against the {promise}, {place}: this company records no {wanted}", True


def draw_header(title: str, company: Source, definition: Definition, answer: KpiAnswer, words: list[str]) -> None:
    """Title, company, definition in use, as-of, and the filters in force."""
    promise, is_fallback = promise_words(definition, answer)
    chips = [tag("span", text(promise), "ol-chip ol-warned" if is_fallback else "ol-chip")]
    chips += [tag("span", text(word), "ol-chip") for word in words or ["No filter: everything of this company"]]
    chips = [*_kind_of_data(company), *chips]
    line = (
        f"<strong>{text(company_name(company))}</strong> \N{MIDDLE DOT} {fmt.SIDES[definition.side]}"
        f" \N{MIDDLE DOT} {text(definition.label)}"
        f" \N{MIDDLE DOT} as of {text(fmt.moment(answer.as_of))}"
    )
    body = f"<h1>{text(title)}</h1><p>{line}</p>" + tag("div", "".join(chips), "ol-chips")
    st.html(tag("header", body, "ol-header"))


def draw_figure_header(title: str, lead: str, company: Source, as_of: str | None, words: list[str]) -> None:
    """Title, what the page answers, company, as-of, and the filters in force; these figures know no definition."""
    chips = [*_kind_of_data(company)]
    chips += [tag("span", text(word), "ol-chip") for word in words or ["No filter: everything of this company"]]
    line = f"<strong>{text(company_name(company))}</strong> \N{MIDDLE DOT} as of {text(fmt.moment(as_of))}"
    body = f"<h1>{text(title)}</h1>" + tag("p", text(lead), "ol-quiet") + f"<p>{line}</p>"
    st.html(tag("header", body + tag("div", "".join(chips), "ol-chips"), "ol-header"))


def draw_unapplied(said: Iterable[str], promises: Sequence[str], *, is_alone: bool) -> None:
    """The choices of the sidebar that do not bear on what is shown; `promises` are the figures that know definitions,
    `is_alone` says that there are no others.
    """
    kept = "Definition, side and level are those of promises and do not change these figures."
    if promises:
        kept = (
            "" if is_alone else f"Definition and level are those of promises: they change {', '.join(promises)} only."
        )
    words = " ".join([*(f"{one}." for one in said), kept]).strip()
    if words:
        st.caption(f":material/filter_alt_off: {words}")


def draw_plain_header(title: str, company: Source) -> None:
    """Title and company, for pages that show no figure."""
    line = f"<strong>{text(company_name(company))}</strong>"
    line += f" \N{MIDDLE DOT} {text(company.description)}" if company.description else ""
    chips = "".join(_kind_of_data(company))
    body = f"<h1>{text(title)}</h1><p>{line}</p>" + (tag("div", chips, "ol-chips") if chips else "")
    st.html(tag("header", body, "ol-header"))


def _kind_of_data(company: Source) -> list[str]:
    """Whether the data are of a real company, which must be seen wherever a figure is, and whose they are."""
    chips = [tag("span", SYNTHETIC, "ol-chip ol-warned")] if company.is_synthetic else []
    return chips + ([tag("span", text(f"Licence: {company.licence}"), "ol-chip")] if company.licence else [])


def draw_notes(notes: list[str], dismiss: Callable[[], None]) -> None:
    """What of the address could not be kept, and that another build is served: until dismissed."""
    if not notes:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="notes"):
        st.warning("  \n".join(notes), icon=":material/info:")
        st.button("Got it", on_click=dismiss, key="dismiss-notes")


def draw_said(answers: Iterable[KpiAnswer], company: Source) -> None:
    """What the answers say of how they are to be read, without what header and cards say already: those notes name
    the company."""
    notes = dict.fromkeys(note for answer in answers for note in answer.notes)
    for note in notes:
        if not note.startswith(company.source_system):
            st.caption(f":material/info: {note[0].upper()}{note[1:]}.")


def draw_untold(title: str) -> None:
    """The state in which a company has nothing of what a page tells."""
    st.info(
        f"This company's data holds none of what \N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"
        " needs: the cards above name what is missing. Another company can be chosen in the sidebar."
    )


def draw_nothing(clear: Callable[[], None]) -> None:
    """The state in which filters leave no obligation at all."""
    st.info("No obligation is left under these filters, so there is no figure: nothing failed, and nothing was met.")
    st.button("Clear filters", on_click=clear, key="clear-nothing", icon=":material/filter_alt_off:")


def draw_error(error: QueryError) -> None:
    """A question that cannot be answered: what, and what to do."""
    st.warning(f"{error.message} {error.remedy}", icon=":material/warning:")


def draw_no_build(error: QueryError) -> None:
    """The empty state: nothing is published yet, or the pointer is broken."""
    st.html(tag("header", "<h1>No build to show yet</h1>" + tag("p", text(error.message)), "ol-header"))
    st.info(error.remedy, icon=":material/terminal:")
    st.code("orderlens run", language="bash")
    st.caption("This page shows the new build at the next click or reload, once one is published.")
