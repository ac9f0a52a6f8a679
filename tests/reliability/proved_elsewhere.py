"""Faults that a deterministic test of tests/broker proves, so that no scenario
doubles it. test_invariants.py checks that each of them exists."""

ELSEWHERE = {
    "each crash point, alone and at several passages":
        ("test_crash_points", "test_a_death_loses_and_repeats_nothing"),
    "a rebalance between poll and commit":
        ("test_wire_commit",
         "test_a_commit_that_a_rebalance_overtakes_is_refused"),
    "a connection that breaks at each frame":
        ("test_wire_commit",
         "test_a_connection_that_breaks_at_any_frame_costs_nothing"),
    "a name that is taken from a frozen process: one is fenced":
        ("test_wire_zombies",
         "test_a_frozen_process_whose_name_was_taken_is_fenced"),
    "two processes of one name: one ends with 3":
        ("test_wire_network",
         "test_two_processes_of_one_name_lose_and_repeat_nothing"),
    "a stop that nobody answers":
        ("test_wire_network",
         "test_a_stop_that_nobody_answers_ends_all_the_same"),
    "an output that is missing at the start":
        ("test_lifecycle", "test_a_missing_output_is_named_with_the_remedy"),
    "an output that is deleted and made again":
        ("test_outputs",
         "test_an_output_that_is_deleted_and_made_again_loses_nothing"),
    "an output that becomes read-only":
        ("test_rights",
         "test_an_output_that_becomes_read_only_ends_with_4_and_loses_nothing"),
    "an output that takes smaller records than before":
        ("test_outputs",
         "test_a_limit_that_is_lowered_meanwhile_loses_nothing"),
    "an output that takes none (max.message.bytes)":
        ("test_outputs", "test_what_the_broker_always_refuses_ends_with_4"),
    "the disk of the only broker is full, and it dies":
        ("test_full_disk", "test_a_broker_that_dies_of_its_full_disk"),
    "the disk with the requests is full, and the broker lives":
        ("test_full_disk", "test_one_disk_of_two_is_full"),
    "records that retention deletes while it is down":
        ("test_lost_records",
         "test_a_partition_that_lost_records_stops_and_the_others_go_on"),
    "records that are deleted in front of it":
        ("test_lost_records",
         "test_records_lost_in_front_of_a_running_program"),
    "an input that is made anew":
        ("test_lost_records",
         "test_a_topic_made_anew_is_read_from_its_beginning"),
    "a token that a restart cuts":
        ("test_restart", "test_a_token_cut_by_a_restart_is_found_once"),
    "a window that is over":
        ("test_restart",
         "test_behind_its_window_a_token_is_requested_again"),
}
