"""Stored files in a bucket of an object storage that speaks the S3 protocol: `ab/abcd…/full`, one object for each size.

An object is there as soon as all of it has arrived, never in part: each is sent by one request, not in parts that
could be left over. A file that lacks some of its sizes after a failure has no row, and is swept.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from django.core.files import File
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from files.backends.base import StorageBackend
from files.backends.folder import NAME, check_name

logger = logging.getLogger(__name__)

OWNER: Final = "installation"  # the object that names the one whose files these are
SECONDS_SIGNED: Final = 30  # the proxy uses an address at once
LARGEST_REQUEST: Final = 5 * 1024**3  # bytes that the protocol lets one request send
IN_MEMORY: Final = 1024**2  # bytes of an open file; more of it is in a temporary file
CHECK_OBJECT: Final = "start-up-check"  # it is written and deleted to check the key
# What is wrong, by the code of the refusal; of others, the code is named.
FAULTS: Final = {
    "InvalidAccessKeyId": "The object storage does not know FILES_ACCESS_KEY.",
    "SignatureDoesNotMatch": "FILES_SECRET_KEY does not belong to FILES_ACCESS_KEY.",
    "NoSuchBucket": "The object storage has no bucket with the name in FILES_BUCKET.",
    "AuthorizationHeaderMalformed": "FILES_REGION is not the region of the object storage.",
    "PermanentRedirect": "FILES_ENDPOINT or FILES_REGION is not that of the bucket.",
}
# What the key may not do, by the operation that was refused.
RIGHTS: Final = {"PutObject": "write", "GetObject": "read", "ListObjectsV2": "list", "DeleteObject": "delete"}


class PrivateStorage(S3Storage):
    """Private objects, each sent by one request; an object storage that does not answer is given up within seconds."""

    def get_default_settings(self) -> dict[str, Any]:
        """Return the library's settings with ours; what the setting STORAGES names comes on top."""
        settings: dict[str, Any] = super().get_default_settings()
        return settings | {
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,  # also for each piece that is sent
                read_timeout=8,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
            "transfer_config": TransferConfig(multipart_threshold=LARGEST_REQUEST, use_threads=False),
            "max_memory_size": IN_MEMORY,
        }


class Bucket(StorageBackend):
    """Stored files in the bucket FILES_BUCKET. What the object storage refuses or does not answer is an OSError."""

    def add(self, name: str, folder: Path) -> None:
        with _errors_as_oserror():
            for path in sorted(folder.iterdir()):
                with path.open("rb") as file:
                    _objects().save(_key(name, path.name), File(file))

    def open(self, name: str, size: str) -> IO[bytes]:
        """Return a temporary file with all of the object, open for reading. Raises FileNotFoundError."""
        with _errors_as_oserror():
            content: IO[bytes] = _objects().open(_key(name, size)).file
            return content

    def exists(self, name: str, size: str) -> bool:
        with _errors_as_oserror():
            return bool(_objects().exists(_key(name, size)))

    def address(self, name: str, size: str, content_type: str) -> str:
        """Return the address below “bucket/”, signed for half a minute.

        The object storage is not asked: it answers the proxy with 404 where the file is gone.
        """
        key = _key(name, size)
        signed = _objects().url(key, parameters={"ResponseContentType": content_type}, expire=SECONDS_SIGNED)
        return f"bucket/{key}?{urlsplit(signed).query}"

    def remove(self, name: str) -> bool:
        """Delete a stored file; return whether it is gone. Where the object storage refuses or does not answer, that is
        logged, and the sweep tries again later: no row refers to it.
        """
        try:
            with _errors_as_oserror():
                answers = _objects().bucket.objects.filter(Prefix=_key(name, "")).delete()
            # The answer to a deletion of several objects is 200, with the refusals in it.
            if refused := sorted({error["Code"] for answer in answers for error in answer.get("Errors", [])}):
                raise OSError(f"The object storage refused to delete: {', '.join(refused)}")
        except OSError:
            logger.exception("The stored file %s could not be removed: the sweep will try again.", name)
            return False
        return True

    def claim(self, installation: str) -> bool:
        """Return whether the object “installation” names this one; it is created where the bucket has none."""
        with _errors_as_oserror():
            if not _objects().exists(OWNER):
                _objects().save(OWNER, File(BytesIO(installation.encode())))
            with _objects().open(OWNER) as file:
                return bool(file.read() == installation.encode())

    def find_fault(self) -> str | None:
        """Write, read, list and delete an object; return in a sentence what is refused, None if nothing.

        No connection stays open: processes forked from this one would share it, and read the answers of each other.
        """
        objects = _objects()
        try:
            client, bucket = objects.connection.meta.client, objects.bucket_name
        except ValueError:
            return "FILES_ENDPOINT is not an address."
        try:
            client.put_object(Bucket=bucket, Key=CHECK_OBJECT, Body=b"")
            with suppress(client.exceptions.NoSuchKey):  # another server that starts has deleted it
                client.get_object(Bucket=bucket, Key=CHECK_OBJECT)["Body"].close()
            client.list_objects_v2(Bucket=bucket, MaxKeys=1)
            client.delete_object(Bucket=bucket, Key=CHECK_OBJECT)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            right = RIGHTS[error.operation_name]
            if code == "AccessDenied":
                return f"The key in FILES_ACCESS_KEY may not {right} objects of the bucket."
            return FAULTS.get(code, f"The object storage refused to {right} an object: {code}.")
        except ParamValidationError:
            return "FILES_BUCKET is not a valid name of a bucket."
        except BotoCoreError:
            return "The object storage does not answer at FILES_ENDPOINT."
        finally:
            client.close()
        return None

    def names(self) -> Iterator[str]:
        with _errors_as_oserror():
            keys = (entry.key.split("/") for entry in _objects().bucket.objects.all())
            # Objects with other names are none of ours.
            ours = (parts[1] for parts in keys if len(parts) == 3 and NAME.fullmatch(parts[1]))
            yield from (name for name, _sizes in groupby(ours))

    def sizes(self, name: str) -> list[str]:
        if sizes := [entry.key.rpartition("/")[2] for entry in self._entries(name)]:
            return sizes
        raise FileNotFoundError(name)

    def age(self, name: str) -> float:
        """Return how many seconds ago the last size was stored, by the clocks of both machines; 0 if it is gone."""
        stored_at = [entry.last_modified.timestamp() for entry in self._entries(name)]
        return time.time() - max(stored_at) if stored_at else 0

    def _entries(self, name: str) -> list[Any]:
        """Return the entries of the bucket's list for the sizes of a stored file."""
        with _errors_as_oserror():
            return list(_objects().bucket.objects.filter(Prefix=_key(name, "")))


def _objects() -> Any:
    """Return the storage of the bucket: “files” in the setting STORAGES."""
    return storages["files"]


def _key(name: str, size: str) -> str:
    """Return the key of one size of a stored file. Raises ValueError for a name that no stored file can have."""
    return f"{check_name(name)[:2]}/{name}/{size}"


@contextmanager
def _errors_as_oserror() -> Iterator[None]:
    """Raise OSError in place of the errors of the library, as a disk would."""
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise OSError("The object storage failed or did not answer") from error
