"""What a run tells, and to whom: sums for displays, a log, a heartbeat, a report, a notification."""

from __future__ import annotations
