"""The table of bounds in docs/limits.md is that of dashboard/bounds.py, and each bound has its test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboard import bounds

TESTS = Path(__file__).resolve().parent
LIMITS = TESTS.parent / "docs" / "limits.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([\d.,]+)[^|]* \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# Which test goes to the bound and beyond it.
TESTED_BY = {
    "COMPARISON_STEPS": "dashboard/audit/test_diff.py::test_no_two_texts_cost_more_than_the_budget_of_their_page",
    "COMPARISON_CHARACTERS": "test_costly_pages.py::test_a_page_of_results_holds_so_much_text",
    "COMPARISON_PARTS": "dashboard/audit/test_diff.py::test_the_largest_text_does_not_fill_the_memory",
    "INDENTED_LEVELS": "test_costly_pages.py::test_json_is_indented_so_deep",
    "RAW_CHARACTERS": "test_costly_pages.py::test_a_page_of_the_record_shows_so_much_of_the_rows_themselves",
    "EXPORT_CHARACTERS": "test_costly_pages.py::test_an_export_of_the_record_is_written_in_pieces_of_this_length",
    "PASTED_ENTRIES": "test_costly_texts.py::test_a_paste_may_grow_to_its_bounds",
    "PASTED_CHARACTERS": "test_costly_texts.py::test_a_paste_may_grow_to_its_bounds",
    "SCHEMA_CHARACTERS": "test_costly_pages.py::test_the_tools_of_an_assistant_may_be_so_long",
    "HANDOVER_CHARACTERS": "assistants_ui/handover/test_pages.py::test_a_page_searches_so_much_text_and_names_the_rest",
    "DESCRIPTION_CHARACTERS": "test_costly_pages.py::test_a_description_may_be_so_long_that_it_is_pasted",
    "DRAFTS": "assistants_ui/test_drafts.py::test_so_many_texts_of_a_person_are_kept",
    "SCHEMA_DEPTH": "test_costly_texts.py::test_typed_json_may_be_so_deep",
    "JSON_DEPTH": "test_costly_texts.py::test_sent_json_may_be_so_deep",
    "SCHEMA_ROWS": "test_costly_texts.py::test_a_schema_has_so_many_rows",
    "EXCERPT_CHARACTERS": "assistants_ui/catalog/test_long_texts.py::test_a_page_looks_through_so_much_text",
    "EDITOR_ROWS": "test_costly_texts.py::test_a_form_shows_so_many_fields_of_functions_and_the_others_as_json",
    "MARKDOWN_LINES": "test_costly_texts.py::test_markdown_is_read_within_bounds",
    "MARKDOWN_MARKS": "test_costly_texts.py::test_markdown_is_read_within_bounds",
    "SEARCH_TERMS": "test_costly_texts.py::test_a_passage_is_one_thing_to_look_for",
    "SEARCH_WORDS": "assistants_ui/catalog/test_long_texts.py::test_what_many_words_hold_is_found_as_well",
    "SEARCH_PIECES": "assistants_ui/catalog/test_long_texts.py::"
    "test_a_phrase_of_many_words_is_found_only_where_all_stand_in_their_order",
    "TIDIED_WORDS": "assistants_ui/catalog/test_filling.py::test_words_that_nobody_holds_any_more_are_forgotten",
    "LIST_PAGES": "assistants_ui/test_usage_unknown.py::test_a_list_without_an_end_costs_no_more_calls_than_its_bound",
    "VIEW_CHARACTERS": "assistants_ui/catalog/test_saved_views.py::test_a_search_may_be_so_long_to_be_kept",
    "STORES_ASKED": "assistants_ui/test_knowledge.py::"
    "test_a_server_that_names_a_thousand_stores_is_asked_about_so_many",
    "READ_BYTES": "assistants_server/test_reading_bounds.py::test_a_file_of_so_many_bytes_is_read",
    "READ_CHARACTERS": "assistants_server/test_reading_bounds.py::test_a_document_gives_so_many_characters",
    "READ_SECONDS": "assistants_server/test_reading_bounds.py::test_a_file_may_take_so_long",
    "READ_PROCESSOR_SECONDS": "assistants_server/test_reading_bounds.py::test_its_process_has_so_much_memory_and_time",
    "READ_MEMORY_BYTES": "assistants_server/test_reading_bounds.py::test_its_process_has_so_much_memory_and_time",
    "UNPACKED_BYTES": "assistants_server/test_reading_bounds.py::test_a_package_may_hold_so_much",
    "PACKAGE_PARTS": "assistants_server/test_reading_bounds.py::test_a_package_may_hold_so_much",
    "DOCUMENTS_INSIDE": "assistants_server/test_reading_bounds.py::test_so_many_documents_inside_one_another_are_read",
    "MAILS_INSIDE": "assistants_server/test_reading_bounds.py::test_so_many_mails_inside_one_another_are_read",
    "REPEATED_CELLS": "assistants_server/test_reading_bounds.py::test_a_cell_is_repeated_so_often",
    "IMPORT_MB": "test_costly_imports.py::test_a_page_imports_so_many_megabytes",
    "IMPORT_MARKS": "test_costly_imports.py::test_a_page_imports_so_many_values",
    "IMPORT_FAULTS": "test_costly_imports.py::test_a_file_may_hold_so_much_that_is_no_assistant",
    "PRINTED_TOKENS": "test_costly_imports.py::test_so_much_of_what_python_prints_is_read",
    "ANSWER_CHARACTERS": "assistants_server/test_run_endings.py::test_an_answer_may_be_so_long",
    "DISK_RESERVE_BYTES": "assistants_server/test_limits.py::test_an_upload_leaves_room_for_everybody_else",
    "DISK_FULL_BYTES": "assistants_server/test_limits.py::test_a_site_with_a_full_disk_is_not_ready",
    "CLEAN_SECONDS": "test_costly_texts.py::test_leftovers_are_looked_for_by_the_clock",
    "UNCERTAIN_SECONDS": "assistants_server/test_limits.py::test_it_touches_nothing_new_while_somebody_stores_a_file",
    "HEAD_SECONDS": "dashboard/test_worker.py::test_a_head_may_take_so_long",
    "HEAD_BYTES": "dashboard/test_worker.py::test_a_head_may_be_so_long",
    "SHORT_BODY_BYTES": "dashboard/test_worker.py::test_a_short_body_is_waited_for_and_a_long_one_takes_a_place",
    "TURN_WAIT_SECONDS": "dashboard/test_worker.py::test_who_waits_too_long_for_a_turn_is_told_to_come_again",
    "LONG_BODY_WINDOW_SECONDS": "dashboard/test_bodies.py::test_so_much_must_arrive_in_every_window",
    "LONG_BODY_WINDOW_BYTES": "dashboard/test_bodies.py::test_so_much_must_arrive_in_every_window",
    "FAIR_SECONDS": "dashboard/test_bodies.py::test_a_turn_is_kept_so_long_at_such_a_speed",
    "FAIR_BYTES_PER_SECOND": "dashboard/test_bodies.py::test_a_turn_is_kept_so_long_at_such_a_speed",
    "UNTAKEN_SECONDS": "dashboard/test_worker.py::test_an_answer_that_nobody_takes_is_given_up",
}
KNOWN = [name for name in vars(bounds) if name.isupper()]


def test_every_bound_is_in_the_table_with_its_value_its_reason_and_what_is_seen() -> None:
    rows = {name: value.replace(",", "") for name, value, _, _ in ROW.findall(LIMITS.read_text(encoding="utf-8"))}
    assert rows == {name: str(getattr(bounds, name)) for name in KNOWN}


@pytest.mark.parametrize("name", KNOWN)
def test_every_bound_has_a_test(name: str) -> None:
    path, _, test = TESTED_BY[name].partition("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
