"""Threads for calls that may block for ever, such as a disk or a keyring that does not answer.

All are daemon threads: a call that never returns must not keep the program from ending.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

GRACE = 0.5
"""Seconds that the end of the program waits for running calls: long enough for a write."""


SLOW = 0.5
"""Seconds after which a call is slow enough to be named."""


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in an idle daemon thread or a new one, so that no call waits for another.

    It is for :meth:`asyncio.loop.set_default_executor`, and so for ``asyncio.to_thread`` and
    the look-up of host names. Python waits for its own executor at the end of the program.
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0
        self._running: set[Future[Any]] = set()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``work`` in a thread."""
        future: Future[T] = Future()
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        self._calls.put(lambda: _fulfil(future, lambda: work(*args, **kwargs)))
        if not self._idle.acquire(blocking=False):
            self._count += 1
            threading.Thread(target=self._run, name="hookboard", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the idle threads; wait :data:`GRACE` for the others, and leave those that hang."""
        if wait:
            _wait_for(list(self._running))
        for _ in range(self._count):
            self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call  # an idle thread must not hold the objects of its last call
            self._idle.release()


class Skipped(Exception):
    """The user did not want to wait any longer."""


class Waiting:
    """The call on this machine that is waited for, by name, and a way to go on without it."""

    def __init__(self, on_slow: Callable[[str], None] = lambda what: None) -> None:
        """``on_slow`` is called with the name of a call that takes longer than :data:`SLOW`."""
        self._on_slow = on_slow
        self.what = ""
        """The thing waited for now, such as "the keyring"; empty when nothing is."""
        self.skipped = ""
        """The thing that was skipped last."""
        self._future: Future[Any] = Future()

    def call(self, what: str, seconds: float, work: Callable[[], T]) -> T:
        """Run ``work`` in a thread of its own and return its result.

        ``what`` names it in words. Raises ``TimeoutError`` after some seconds and
        :class:`Skipped` when :meth:`skip` is called meanwhile; neither stops ``work``.
        """
        future: Future[T] = Future()
        self.what, self._future = what, future
        run = threading.Thread(target=_fulfil, args=(future, work), name=what, daemon=True)
        run.start()
        try:
            if seconds > SLOW and wait([future], SLOW).not_done:
                self._on_slow(what)
                seconds -= SLOW
            return future.result(seconds)
        finally:
            self.what = ""

    def skip(self) -> bool:
        """Go on without the thing waited for; return whether there was one."""
        if not self.what:
            return False
        with suppress(InvalidStateError):  # it has just answered
            self._future.set_exception(Skipped())
            self.skipped = self.what
        return True


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    """Run ``work`` and put its result into a future, unless that was cancelled or skipped."""
    with suppress(InvalidStateError):
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)


def _wait_for(calls: list[Future[Any]]) -> None:
    wait(calls, GRACE)
