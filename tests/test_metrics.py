"""Figures are one host's, whichever process counted them; what ended is not forgotten, and a full disk harms nobody."""

from __future__ import annotations

import os

from portal.metrics.counts import Counts

ONE, TWO = ("arrivals", "hotel"), ("arrivals", "inn")


def in_a_child(counts, added):
    """A process that counts, writes it down and ends."""
    child = os.fork()
    if child == 0:
        counts.add(added)
        counts.write()
        os._exit(0)
    os.waitpid(child, 0)


def test_processes_count_together_and_what_ended_stays(tmp_path):
    counts = Counts()
    counts.share(tmp_path / "metrics")
    counts.add({ONE: 1})
    in_a_child(counts, {ONE: 2, TWO: 0.5})
    in_a_child(counts, {TWO: 1})
    assert counts.of_all() == {ONE: 3, TWO: 1.5}
    counts._gather_ended()
    assert counts.of_all() == {ONE: 3, TWO: 1.5}
    assert sorted(path.name for path in (tmp_path / "metrics").glob("*.json")) == ["ended.json"]


def test_a_new_start_counts_from_nought(tmp_path):
    counts = Counts()
    counts.share(tmp_path)
    in_a_child(counts, {ONE: 2})
    counts = Counts()
    counts.share(tmp_path)
    assert counts.of_all() == {}


def test_where_nothing_can_be_written_a_process_counts_alone(tmp_path):
    (tmp_path / "file").write_text("")
    counts = Counts()
    counts.share(tmp_path / "file" / "metrics")
    counts.add({ONE: 1})
    counts.write()
    assert counts.of_all() == {ONE: 1}


def test_a_broken_file_costs_its_figures_alone(tmp_path):
    counts = Counts()
    counts.share(tmp_path)
    (tmp_path / "1.json").write_text('{"arrivals\\thotel": ')
    counts.add({ONE: 1})
    assert counts.of_all() == {ONE: 1}
