"""The trainer's log becomes the table that OpenAI's jobs leave."""

from __future__ import annotations

from generator.tuning.local.results import by_step, results_csv, trained_tokens

HISTORY = [
    {"loss": 2.5, "mean_token_accuracy": 0.25, "learning_rate": 1e-3, "epoch": 0.5, "step": 1},
    {"loss": 1.25, "mean_token_accuracy": 0.5, "epoch": 1.0, "step": 2},
    {"eval_loss": 1.5, "eval_mean_token_accuracy": 0.4375, "epoch": 1.0, "step": 2},
    {"train_runtime": 3.0, "train_loss": 1.875, "step": 2},
]


def test_training_and_validation_of_a_step_are_one_row():
    assert results_csv(HISTORY) == (
        "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"
        "1,2.5,0.25,,\n"
        "2,1.25,0.5,1.5,0.4375\n"
    )


def test_preferences_have_an_accuracy_too():
    assert by_step([{"loss": 0.5, "rewards/accuracies": 0.75, "step": 4}]) == [
        (4, {"train_loss": 0.5, "train_accuracy": 0.75})
    ]


def test_without_a_log_there_is_a_table_without_rows():
    assert results_csv([]).count("\n") == 1


def test_tokens_are_counted_over_a_training_that_went_on_from_checkpoints():
    """As the trainer logs them: the last of an epoch once more with its validation, then from nothing."""
    told = [40, 80, 80, 30, 60, 20, 20]
    assert trained_tokens([{"num_tokens": float(one)} for one in told]) == 80 + 60 + 20
    assert trained_tokens([{"loss": 1.0}]) is None
