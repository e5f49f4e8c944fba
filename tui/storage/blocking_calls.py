"""Threads for calls that may block for ever, such as a disk or a keyring that does not answer.

All are daemons: a call that never comes back must not keep the program from ending.
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
"""Seconds that the end of the program waits for calls under way: a write is done by then."""


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in an idle daemon thread, or in a new one: none waits for another.

    It is for :meth:`asyncio.loop.set_default_executor`, and so for ``asyncio.to_thread`` and
    the look-up of names. Python's own would be waited for at the end of the program.
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0
        self._under_way: set[Future[Any]] = set()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``work`` in a thread."""
        future: Future[T] = Future()
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        self._calls.put(lambda: _fulfil(future, lambda: work(*args, **kwargs)))
        if not self._idle.acquire(blocking=False):
            self._count += 1
            threading.Thread(target=self._run, name="hookboard", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the idle threads; wait a moment for the others, and leave those that hang."""
        if wait:
            _wait_for(list(self._under_way))
        for _ in range(self._count):
            self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call  # what it holds is not kept until the next one
            self._idle.release()


class LeftOut(Exception):
    """Somebody did not want to wait any longer."""


class Waiting:
    """What is waited for on this machine, in words, and the way to go on without it."""

    def __init__(self) -> None:
        self.what = ""
        """What is waited for now, such as ``the keyring``; empty when nothing is."""
        self.left_out = ""
        """What was waited for last and was left out."""
        self._future: Future[Any] = Future()

    def call(self, what: str, seconds: float, work: Callable[[], T]) -> T:
        """Return what ``work`` does, run in a thread of its own.

        Raises ``TimeoutError`` after some seconds and :class:`LeftOut` when :meth:`leave_out`
        is called meanwhile; ``work`` is not stopped by either.
        """
        future: Future[T] = Future()
        self.what, self._future = what, future
        run = threading.Thread(target=_fulfil, args=(future, work), name=what, daemon=True)
        run.start()
        try:
            return future.result(seconds)
        finally:
            self.what = ""

    def leave_out(self) -> bool:
        """Go on without what is waited for; tell whether anything was."""
        if not self.what:
            return False
        with suppress(InvalidStateError):  # it came just now
            self._future.set_exception(LeftOut())
            self.left_out = self.what
        return True


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    """Run ``work`` for a future; one that is cancelled or left out by then takes no result."""
    with suppress(InvalidStateError):
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)


def _wait_for(calls: list[Future[Any]]) -> None:
    wait(calls, GRACE)
