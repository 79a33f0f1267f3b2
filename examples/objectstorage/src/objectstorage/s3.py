"""Objects in a bucket of an S3 server, by boto3.

boto3 is synchronous and its client may be shared by threads: so is this backend. Code on an event loop calls it with
`asyncio.to_thread`.
"""

from __future__ import annotations

import contextlib
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore.config import Config

from stackerr import wrapping

from .errors import ErrStorage, ErrUnavailable, ErrUnordered
from .s3errors import calling
from .s3reader import S3Reader
from .storage import ObjectInfo, ObjectStorage
from .walk import walk

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mypy_boto3_s3 import S3Client

    from .body import Body

PART = 16 << 20
_MOST_PARTS = 10_000
_CONNECTIONS = 32  # as many as asyncio.to_thread has threads
_CHECKSUMS = ("ChecksumCRC32", "ChecksumCRC64NVME", "ChecksumSHA256")


class S3Storage(ObjectStorage):
    """Objects in a bucket that is there already. Credentials come from the environment or the files that boto3 reads.

    Args:
        bucket: its name.
        prefix: what the keys get in front in the bucket, with a slash in between.
        endpoint: the URL of the server; None is Amazon's.
        region: the region; None is what the environment says, or else `us-east-1`.
        flat: whether the server is known to list in byte order, as Amazon's, MinIO and Ceph do. Other servers are
            listed one directory at a time, and sorted here. None: only Amazon's is.
        timeout: how long to wait for an answer, and for each part of it, in seconds.
        attempts: how often to try what failed for a passing reason. An exclusive write is tried once, since a second
            try could meet the object of the first.

    Raises:
        ErrStorage: boto3 refuses the settings. No connection is made yet.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint: str | None = None,
        region: str | None = None,
        flat: bool | None = None,
        timeout: float = 30.0,
        attempts: int = 3,
    ) -> None:
        self.bucket = bucket
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self.url = f"s3://{bucket}/{self._prefix}".rstrip("/")
        self.fields: Mapping[str, Any] = {"bucket": bucket, "endpoint": endpoint or "amazonaws.com"}
        self._flat = endpoint is None if flat is None else flat
        self._connect = partial(_connect, endpoint=endpoint, region=region, timeout=timeout)
        with wrapping("open storage %s", self.url, **self.fields), calling:
            self._client = self._connect(attempts=attempts)

    @cached_property
    def _client_without_retries(self) -> S3Client:
        return self._connect(attempts=1)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        if "_client_without_retries" in vars(self):
            self._client_without_retries.close()

    def _stat(self, key: str) -> ObjectInfo:
        """Ask GET why HEAD failed, whose answer has no words: was it the bucket, the key, the credentials."""
        answer: Mapping[str, Any] = {}
        try:
            answer = self._call(self._client.head_object, Key=self._name(key))
        except ErrUnavailable:
            raise
        except ErrStorage:
            pass  # and GET below is not "while handling" this
        if not answer:
            answer = self._call(self._client.get_object, Key=self._name(key), Range="bytes=0-0")
            answer["Body"].close()
        return ObjectInfo(key, _whole_size(answer), answer["LastModified"])

    def _open(self, key: str) -> io.RawIOBase:
        def get(**condition: str) -> Mapping[str, Any]:
            return self._call(self._client.get_object, Key=self._name(key), **condition)

        return S3Reader(get, self.boundary("read object", key))

    def _write(self, key: str, body: Body, *, exclusive: bool, persist: bool) -> None:  # noqa: ARG002 - S3 always does
        client = self._client_without_retries if exclusive else self._client
        condition = {"IfNoneMatch": "*"} if exclusive else {}
        part = max(PART, -(-body.size // _MOST_PARTS))
        data = body.read(part)
        if len(data) < part or len(data) == body.size:
            self._call(client.put_object, Key=self._name(key), Body=data, **condition)
        else:
            self._write_parts(client, self._name(key), data, body, condition)

    def _write_parts(self, client: S3Client, name: str, data: bytes, body: Body, condition: dict[str, str]) -> None:
        """Write an object in parts, of which one at a time is in memory; the last request makes it visible."""
        started = self._call(client.create_multipart_upload, Key=name, ChecksumAlgorithm="CRC32")
        upload = {"Key": name, "UploadId": started["UploadId"]}
        try:
            parts: list[dict[str, Any]] = []
            size = len(data)
            while data:
                number = len(parts) + 1
                sent = self._call(client.upload_part, **upload, PartNumber=number, Body=data, ChecksumAlgorithm="CRC32")
                parts.append({"ETag": sent["ETag"], "PartNumber": number, **_checksum(sent)})
                data = body.read(size)
            self._call(client.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts}, **condition)
        except BaseException:
            with contextlib.suppress(ErrStorage):  # why the parts are given up is what counts
                self._call(client.abort_multipart_upload, **upload)
            raise

    def _delete(self, key: str) -> None:
        self._call(self._client.delete_object, Key=self._name(key))

    def _list(self, prefix: str, start: str, delimiter: str) -> Iterator[ObjectInfo]:
        if self._flat:
            after = {"StartAfter": self._name(start)} if start else {}
            found = _checked(self._objects(self._pages(prefix, delimiter, **after)))
        else:
            found = walk(self._children, prefix, start, descend=delimiter != "/")
        for key, entry in found:
            if not delimiter or delimiter not in key[len(prefix) :]:
                yield ObjectInfo(key, entry["Size"], entry["LastModified"])

    def _children(self, prefix: str) -> Iterator[tuple[str, Any]]:
        for page in self._pages(prefix, "/"):
            yield from self._objects([page])
            for entry in page.get("CommonPrefixes", ()):
                yield entry["Prefix"][len(self._prefix) :], entry

    def _objects(self, pages: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
        """The keys on the pages, without those that others use to mark folders."""
        for page in pages:
            for entry in page.get("Contents", ()):
                if not entry["Key"].endswith("/"):
                    yield entry["Key"][len(self._prefix) :], entry

    def _pages(self, prefix: str, delimiter: str, **start: str) -> Iterator[Mapping[str, Any]]:
        more: Mapping[str, Any] = {**start, "Delimiter": delimiter} if delimiter else start
        while True:
            page = self._call(self._client.list_objects_v2, Prefix=self._name(prefix), **more)
            yield page
            if not page.get("IsTruncated"):
                return
            more = {**more, "ContinuationToken": page["NextContinuationToken"]}

    def _name(self, key: str) -> str:
        return self._prefix + key

    def _call(self, operation: Callable[..., Any], **arguments: Any) -> Mapping[str, Any]:
        """Every request goes through here, so that what boto3 raises leaves under the names of this package."""
        with calling:
            answer: Mapping[str, Any] = operation(Bucket=self.bucket, **arguments)
            return answer


def _connect(*, endpoint: str | None, region: str | None, timeout: float, attempts: int) -> S3Client:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=min(timeout, 5.0),
        read_timeout=timeout,
        max_pool_connections=_CONNECTIONS,
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    with wrapping("make an S3 client"), calling:
        session = Session(region_name=region)
        region = session.region_name or "us-east-1"
        return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)


def _checked(found: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The keys, as long as they come in byte order."""
    last = ""
    for key, entry in found:
        if key <= last:
            raise ErrUnordered(
                f"the server lists {key!r} after {last!r}, which is no byte order",
                hint="leave listing=flat out of the storage URL",
            )
        last = key
        yield key, entry


def _whole_size(answer: Mapping[str, Any]) -> int:
    """The size of the object, also when the answer is a range of it: `bytes 0-0/1234`."""
    if "ContentRange" in answer:
        return int(answer["ContentRange"].rpartition("/")[2])
    return int(answer["ContentLength"])


def _checksum(sent: Mapping[str, Any]) -> dict[str, str]:
    return {name: sent[name] for name in _CHECKSUMS if name in sent}
