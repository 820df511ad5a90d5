"""Finds the addresses of a host within a time, which the system's own lookup does not keep to."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_address
from queue import Empty, SimpleQueue


def addresses(host: str, *, seconds: float) -> list[str]:
    """The numbers of ``host`` in the order in which the system would try them.

    Raises ``TimeoutError`` after so many seconds, and ``OSError`` (``socket.gaierror``) when there are none.
    """
    if is_number(host):
        return [host]
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()
    # A lookup cannot be broken off. The thread of one that lasts ends when the system gives up, after half a
    # minute or so, and does not keep the process from ending.
    threading.Thread(target=look_up, args=(host, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("The server's name was not found in time.") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def look_up(host: str, answers: SimpleQueue[list[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    except UnicodeError as error:  # a label that is too long to be asked for
        answers.put(socket.gaierror(socket.EAI_NONAME, str(error)))
    else:
        answers.put(list(dict.fromkeys(str(place[0]) for *_, place in found)))
