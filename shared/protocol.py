"""The server's side of HTTP/1.1: heads of bounded size, and a proper answer to what is no request."""

import os

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""A head that is still not whole after so many bytes is refused: one client must not fill the memory."""


class Protocol(HttpToolsProtocol):
    """uvicorn's own bounds no head, and answers garbage as plain text without a request id."""

    _head: int | None = None
    """Bytes received of a head that is not whole yet."""

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self._refuse(431, "The head of the request is too large.")

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def _refuse(self, status: int, detail: str) -> None:
        request_id = os.urandom(12).hex()
        problem = {
            "type": "urn:bookonce:problem:invalid_request",
            "title": "Invalid request",
            "status": status,
            "code": "invalid_request",
            "detail": detail,
            "request_id": request_id,
        }
        body = msgspec.json.encode(problem)
        head = (
            f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
            f"x-request-id: {request_id}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.close()
