"""Tuning jobs of the fake chat server: each lives as its script says, by how often it is looked at, never by a clock."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

from tests.fakes.answers import Answer, refuse
from tests.fakes.files import CREATED_AT, Files, Troubles, in_json, listed, place_of

FINAL = ("succeeded", "failed", "cancelled", "expired")
KEPT_CHECKPOINTS = 3
CLOSED = (
    "OpenAI is winding down the fine-tuning platform and your organization is no longer able to create new "
    "fine-tuning training jobs."
)


@dataclass(frozen=True, kw_only=True)
class Life:
    """How a job goes; the nth job has the nth life, later ones the plain one."""

    statuses: Sequence[str] = ("validating_files", "queued", "running", "running")
    """One for each look, the first as it is created; may be some that nobody knows: `paused`."""
    ends: Literal["succeeded", "failed", "cancelled", "expired"] = "succeeded"
    """What comes after the last of them."""
    error: str = ""
    """Why it failed."""
    steps: int = 6
    """Of the training; a job that does not succeed makes half of them."""
    dialect: Literal["current", "azure", "legacy", "none"] = "current"
    """Of the result file."""
    is_base64: bool = False
    """Whether result files come in Base64."""
    result_files: int = 1
    """Among which the steps are dealt out."""


@dataclass(kw_only=True)
class TuningSettings(Troubles):
    """What the endpoint takes, and what goes wrong on the way."""

    is_there: bool = True
    """Without, every path of it is a 404."""
    is_closed: bool = False
    """Whether new jobs are refused with 403 `training_not_available`."""
    lives: list[Life] = field(default_factory=list)
    least_examples: int = 10
    """Files with fewer fail in the validation."""
    rejects: Collection[str] = ()
    """Fields of a new job that are answered with 400 `unsupported_parameter`."""
    keeps_metadata: bool = True
    """Else they are taken, and forgotten."""
    page: int = 100
    """Items at most on a page of a list."""
    knows_after: bool = True
    """Else every page is the first one."""
    shutdown_dates: dict[str, Any] = field(default_factory=dict)
    """Model -> the day on which it is switched off: as text, or in seconds since the epoch."""
    file_looks: int = 0
    """So often a file is looked at before it has been processed."""
    file_error: str = ""
    """Why files cannot be used; empty where they can."""


@dataclass(kw_only=True)
class _Job:
    id: str
    asked: dict[str, Any]
    metadata: Mapping[str, str] | None
    life: Life
    rows: int
    looks: int = 0
    status: str = ""
    error: str = ""
    step: int = 0
    created_at: int = CREATED_AT
    events: list[dict[str, Any]] = field(default_factory=list)
    result_files: list[str] = field(default_factory=list)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def tuned_model(self) -> str | None:
        if self.status != "succeeded":
            return None
        suffix = self.asked.get("suffix") or ""
        return f"ft:{self.asked['model']}:fake:{suffix}:{self.id.removeprefix('ftjob-')}"

    @property
    def hyperparameters(self) -> dict[str, Any]:
        method = self.asked.get("method") or {}
        given = method.get(method.get("type"), {}).get("hyperparameters")
        given = given or self.asked.get("hyperparameters") or {}
        return {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 2.0, **given}

    def describe(self) -> dict[str, Any]:
        problem = {"code": "invalid_training_file", "message": self.error, "param": None}
        return {
            "id": self.id, "object": "fine_tuning.job", "created_at": self.created_at,
            "model": self.asked["model"], "fine_tuned_model": self.tuned_model,
            "status": self.status, "error": problem if self.error else None,
            "finished_at": CREATED_AT + 600 if self.is_final else None,
            "estimated_finish": CREATED_AT + 600 if self.status == "running" else None,
            "trained_tokens": self.rows * 100 if self.status == "succeeded" else None,
            "training_file": self.asked["training_file"],
            "validation_file": self.asked.get("validation_file"), "seed": self.asked.get("seed", 7),
            "hyperparameters": self.hyperparameters, "method": self.asked.get("method"),
            "metadata": self.metadata, "organization_id": "org-fake",
            "result_files": self.result_files, "integrations": self.asked.get("integrations") or [],
        }  # fmt: skip


class TuningDesk:
    """The tuning jobs of one server."""

    def __init__(self, settings: TuningSettings, *, files: Files, stats: Any) -> None:
        """`files` are the server's; `stats` counts jobs."""
        self.settings = settings
        files.new_for_tuning = lambda: (self.settings.file_looks, self.settings.file_error)
        self.asked: Counter[str] = Counter()
        """How often each place was asked; see `place_of`."""
        self.bodies: list[dict[str, Any]] = []
        """What was asked for, for each new job, refused ones included."""
        self._files = files
        self._stats = stats
        self._jobs: dict[str, _Job] = {}
        self._events = 0

    def knows(self, path: str) -> bool:
        """Whether a path is one of ours."""
        return self.settings.is_there and path.startswith(("/v1/fine_tuning/", "/v1/models/"))

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """The answer to a request, after what it asks for was done."""
        bare, _, query = path.partition("?")
        parts, asked = [unquote(one) for one in bare.split("/")[2:]], dict(parse_qsl(query))
        if not self.settings.knows_after:
            asked.pop("after", None)
        place = place_of(method, path)
        self.asked[place] += 1
        return self.settings.around(place, lambda: self._do(method, parts, asked, body))

    def statuses(self) -> list[str]:
        """How the jobs stand, oldest first."""
        return [job.status for job in self._jobs.values()]

    def _do(self, method: str, parts: list[str], query: dict[str, str], body: bytes) -> Answer:
        most = self.settings.page
        match (method, *parts):
            case ("GET", "models", *names):
                return self._model("/".join(names))
            case ("POST", "fine_tuning", "jobs"):
                return self._create(json.loads(body))
            case ("GET", "fine_tuning", "jobs"):
                newest_first = [job.describe() for job in self._jobs.values()][::-1]
                return listed(newest_first, query, most=most)
            case ("GET", "fine_tuning", "jobs", id) if id in self._jobs:
                return in_json(self._look(self._jobs[id]).describe())
            case ("POST", "fine_tuning", "jobs", id, "cancel") if id in self._jobs:
                return self._cancel(self._jobs[id])
            case ("GET", "fine_tuning", "jobs", id, "events") if id in self._jobs:
                return listed(self._jobs[id].events[::-1], query, most=most)
            case ("GET", "fine_tuning", "jobs", id, "checkpoints") if id in self._jobs:
                return listed(_checkpoints(self._jobs[id])[::-1], query, most=most)
        return refuse(404, message=f"Could not find fine tune: {'/'.join(parts[2:])}")

    def _model(self, name: str) -> Answer:
        told: dict[str, Any] = {"id": name, "object": "model", "owned_by": "fake"}
        if name in self.settings.shutdown_dates:
            told["shutdown_date"] = self.settings.shutdown_dates[name]
        return in_json(told)

    def _create(self, asked: dict[str, Any]) -> Answer:
        self.bodies.append(asked)
        if refusal := self._refuse(asked):
            return refusal
        lives, number = self.settings.lives, self._stats.jobs
        self._stats.jobs += 1
        data = self._files.stored[asked["training_file"]].data
        job = _Job(
            id=f"ftjob-{number + 1}",
            asked=asked,
            metadata=asked.get("metadata") if self.settings.keeps_metadata else None,
            life=lives[number] if number < len(lives) else Life(),
            rows=len(data.decode("utf-8-sig").splitlines()),
            created_at=CREATED_AT + number,
        )
        job.status = job.life.statuses[0]
        self._tell(job, f"Created fine-tuning job: {job.id}")
        self._tell(job, f"Validating training file: {asked['training_file']}")
        self._jobs[job.id] = job
        return in_json(job.describe())

    def _refuse(self, asked: dict[str, Any]) -> Answer | None:
        if self.settings.is_closed:
            return refuse(403, code="training_not_available", message=CLOSED)
        for name in self.settings.rejects:
            if name in asked:
                return refuse(
                    400, code="unsupported_parameter", param=name, message=f"Unknown field: {name}"
                )
        for field_name in ("training_file", "validation_file"):
            id = asked.get(field_name)
            file = self._files.stored.get(str(id))
            if id is None and field_name == "validation_file":
                continue
            if file is None or file.purpose != "fine-tune":
                return refuse(400, param=field_name, message=f"invalid {field_name}: {id}")
            if file.status != "processed":
                return refuse(400, param=field_name, message=f"File {id!r} is not ready")
        return None

    def _look(self, job: _Job) -> _Job:
        if job.is_final:
            return job
        job.looks += 1
        least = self.settings.least_examples
        if job.status == "validating_files" and job.rows < least:
            return self._end(
                job,
                "failed",
                f"Training file has {job.rows} example(s), but must have at least {least} examples",
            )
        if job.looks >= len(job.life.statuses):
            self._train(job, until=_last_step(job.life))
            return self._end(job, job.life.ends, job.life.error)
        before, job.status = job.status, job.life.statuses[job.looks]
        if job.status != before:
            self._tell(job, f"Fine-tuning job is {job.status}")
        if job.status == "running":
            at_work = [one for one in job.life.statuses if one == "running"]
            done = job.life.statuses[: job.looks + 1].count("running")
            self._train(job, until=_last_step(job.life) * done // (len(at_work) + 1))
        return job

    def _train(self, job: _Job, *, until: int) -> None:
        if "running" not in job.life.statuses:
            return
        while job.step < until:
            job.step += 1
            numbers = _numbers(job, job.step)
            told = f"Step {job.step}/{job.life.steps}: training loss={numbers['train_loss']}"
            data = {"step": job.step, "total_steps": job.life.steps, **numbers}
            self._tell(job, told, data={k: v for k, v in data.items() if v is not None})

    def _end(self, job: _Job, how: str, error: str = "") -> _Job:
        job.status, job.error = how, error
        if how == "succeeded":
            job.result_files = [
                self._files.keep(name, data, purpose="fine-tune-results").id
                for name, data in _results(job)
            ]
            self._tell(job, f"New fine-tuned model created: {job.tuned_model}")
            self._tell(job, "The job has successfully completed")
        elif how == "failed":
            self._tell(job, f"The job failed: {error}", level="error")
        else:
            self._tell(job, f"The job was {how}", level="warn")
        return job

    def _cancel(self, job: _Job) -> Answer:
        if job.is_final:
            return refuse(400, message=f"Job {job.id} has already {job.status}")
        return in_json(self._end(job, "cancelled").describe())

    def _tell(
        self, job: _Job, message: str, *, level: str = "info", data: Mapping[str, Any] | None = None
    ) -> None:
        self._events += 1
        job.events.append({
            "id": f"ftevent-{self._events}", "object": "fine_tuning.job.event", "level": level,
            "created_at": CREATED_AT + self._events, "message": message, "data": data or {},
            "type": "metrics" if data else "message",
        })  # fmt: skip


def read_settings(text: str) -> TuningSettings:
    """Settings in JSON: `{"lives": [{"statuses": ["queued", "running"], "ends": "failed"}]}`."""
    given = json.loads(text)
    given["lives"] = [Life(**one) for one in given.get("lives", [])]
    for name in ("loses", "fails", "busy"):
        given[name] = Counter(given.get(name, {}))
    return TuningSettings(**given)


# Numbers --------------------------------------------------------------------------------------------


def _last_step(life: Life) -> int:
    return life.steps if life.ends == "succeeded" else life.steps // 2


def _numbers(job: _Job, step: int) -> dict[str, float | None]:
    """What is measured at a step: a loss that falls; the validation's every other step, if there is one."""
    is_validated = step % 2 == 0 and job.asked.get("validation_file") is not None
    return {
        "train_loss": round(2 / (step + 1), 5),
        "train_mean_token_accuracy": round(1 - 1 / (step + 1), 5),
        "valid_loss": round(2.2 / (step + 1), 5) if is_validated else None,
        "valid_mean_token_accuracy": round(0.9 - 0.9 / (step + 1), 5) if is_validated else None,
    }


def _checkpoints(job: _Job) -> list[dict[str, Any]]:
    """Of a job that succeeded the last models on its way, oldest first."""
    if job.status != "succeeded":
        return []
    steps = range(1, job.life.steps + 1)[-KEPT_CHECKPOINTS:]
    return [
        {
            "id": f"ftckpt-{job.id}-{step}", "object": "fine_tuning.job.checkpoint",
            "created_at": CREATED_AT + step, "fine_tuning_job_id": job.id, "step_number": step,
            "fine_tuned_model_checkpoint": f"{job.tuned_model}:ckpt-step-{step}",
            "metrics": {"step": step, **_numbers(job, step)},
        }
        for step in steps
    ]  # fmt: skip


COLUMNS = {
    "current": {
        "train_loss": "train_loss", "train_mean_token_accuracy": "train_accuracy",
        "valid_loss": "valid_loss", "valid_mean_token_accuracy": "valid_mean_token_accuracy",
    },
    "azure": {
        "train_loss": "train_loss", "train_mean_token_accuracy": "train_mean_token_accuracy",
        "valid_loss": "valid_loss",
        "valid_mean_token_accuracy": "validation_mean_token_accuracy",
    },
    "legacy": {
        "elapsed_tokens": "elapsed_tokens", "elapsed_examples": "elapsed_examples",
        "train_loss": "training_loss", "train_sequence_accuracy": "training_sequence_accuracy",
        "train_mean_token_accuracy": "training_token_accuracy", "valid_loss": "validation_loss",
        "valid_sequence_accuracy": "validation_sequence_accuracy",
        "valid_mean_token_accuracy": "validation_token_accuracy",
        "accuracy": "classification/accuracy", "precision": "classification/precision",
        "recall": "classification/recall", "auroc": "classification/auroc",
        "auprc": "classification/auprc", "f1": "classification/f1.0",
    },
}  # fmt: skip
"""Dialect -> number -> the column that it is in."""


def _results(job: _Job) -> list[tuple[str, bytes]]:
    """Names and contents of the result files, in the dialect of the job's life."""
    if job.life.dialect == "none":
        return []
    columns, steps = COLUMNS[job.life.dialect], range(1, job.life.steps + 1)
    made = []
    for number in range(job.life.result_files):
        lines = [",".join(["step", *columns.values()])]
        for step in steps[number :: job.life.result_files]:
            cells = [_cell(job, step, name) for name in columns]
            lines.append(",".join([str(step), *cells]))
        data = ("\n".join(lines) + "\n").encode()
        name = "step_metrics.csv" if number == 0 else f"step_metrics_{number + 1}.csv"
        made.append((name, base64.b64encode(data) if job.life.is_base64 else data))
    return made


def _cell(job: _Job, step: int, name: str) -> str:
    more = {
        "elapsed_tokens": step * 1000,
        "elapsed_examples": step * 8,
        "train_sequence_accuracy": 0.5,
    }
    if step == job.life.steps:
        more |= dict.fromkeys(("accuracy", "precision", "recall", "auroc", "auprc", "f1"), 0.8)
    value = {**more, **_numbers(job, step)}.get(name)
    if value is None:
        return "-1.0" if job.life.dialect == "azure" else ""
    return str(value)
