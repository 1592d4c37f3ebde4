"""Sync jobs, which are done as soon as they are started."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

from autorag_migrate.emulator.errors import ApiError

__all__ = ["Jobs", "iso"]


def iso(moment: datetime) -> str:
    """A moment as both APIs write it."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


class Jobs:
    """All jobs of all instances, newest first."""

    def __init__(self) -> None:
        self._jobs: dict[str, list[dict[str, object]]] = {}
        self._last: dict[str, float] = {}

    def start(
        self, instance: str, description: str | None, now: float, cooldown: float
    ) -> dict[str, object]:
        """Start and finish a job.

        Args:
            instance: Name of the instance.
            description: Shown with the job.
            now: Seconds on a clock that does not go back.
            cooldown: Seconds that must have passed since the last job.

        Raises:
            ApiError: 7020 when they have not.
        """
        last = self._last.get(instance)
        if last is not None and now - last < cooldown:
            raise ApiError(7020, retry_after=max(1.0, cooldown - (now - last)))
        self._last[instance] = now
        number = len(self._jobs.get(instance, ())) + 1
        moment = iso(datetime.now(timezone.utc))
        job: dict[str, object] = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"job:{instance}:{number}")),
            "source": "user",
            "description": description,
            "started_at": moment,
            "last_seen_at": moment,
            "ended_at": moment,
            "end_reason": None,
        }
        self._jobs.setdefault(instance, []).insert(0, job)
        return job

    def all(self, instance: str) -> list[dict[str, object]]:
        """Jobs of an instance."""
        return self._jobs.get(instance, [])

    def find(self, instance: str, job_id: str) -> dict[str, object]:
        """One job.

        Raises:
            ApiError: 7021 when there is none of this id.
        """
        for job in self.all(instance):
            if job["id"] == job_id:
                return job
        raise ApiError(7021, job_id)

    def cancel(self, instance: str, job_id: str) -> dict[str, object]:
        """Cancel a job: it is over already, and says why from now on."""
        job = self.find(instance, job_id)
        job["end_reason"] = "cancelled"
        return job

    def logs(self, instance: str, job_id: str) -> list[dict[str, object]]:
        """What a job wrote."""
        started = datetime.fromisoformat(
            str(self.find(instance, job_id)["started_at"]).replace("Z", "+00:00")
        )
        lines = ("Job started", "Job finished")
        return [
            {"id": number, "message": line, "message_type": 0, "created_at": started.timestamp()}
            for number, line in enumerate(lines, 1)
        ]
