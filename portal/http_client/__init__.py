"""The one road to any other server: a controller, a PMS, wax, a platform's webhook. Knows nothing of Flask.

A :class:`Server` says how a server is reached, :func:`http_client_of` gives the client of it, and
:meth:`HttpClient.send` makes one :class:`Request` and returns an :class:`Response` of any status. What comes out otherwise is one of
our own errors (:mod:`portal.errors`) and nothing else, however hostile the server is::

    UpstreamError
    ├── Unreachable       it surely did not happen, or does no harm: may be tried again
    │   └── Busy          not even tried: the server is down, or has enough to do
    ├── Unsure            the call acts, it left, and no answer that can be read came back
    └── Garbled           the call is harmless, and the answer is none

What holds for every call:

* time: one bound for the connection (name, addresses, TLS), one for the answer as a whole, headers and body. A server
  that drips holds nobody (:mod:`~portal.http_client.connections`).
* size: of the headers, of the body as it comes and of the body unpacked (:mod:`~portal.http_client.response`).
* no redirect is followed; who wants to, follows :attr:`Response.redirect`, which never leads to another host.
* cookies are a guest's own: handed in and handed out, never kept.
* connections are kept and shared between threads. A call may ask for one of its own, so that a kept one that the
  server has closed meanwhile cannot leave anybody unsure.
* a server that is slow or down costs its own guests only (:mod:`~portal.http_client.circuit_breaker`).
* no URL stands in any log, in any error or in what an error was caused by: URLs hold digests, rooms, addresses.
* no proxy, ``.netrc`` or CA of the environment is used.
"""

from portal.http_client.circuit_breaker import Busy
from portal.http_client.client import HttpClient, Request, http_client_of
from portal.http_client.response import Response
from portal.http_client.server import NoTrust, Server, tls_context

__all__ = ["Busy", "HttpClient", "NoTrust", "Request", "Response", "Server", "http_client_of", "tls_context"]
