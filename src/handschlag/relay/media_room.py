"""What the running relay knows of files on their way: where they lie, and which are being written at this moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from handschlag.object_store import ObjectStore
from handschlag.relay.upload_folder import UploadFolder


@dataclass(slots=True)
class MediaRoom:
    """The object store, uploads that are not whole, and what is written now: these objects have no row yet and are no leftovers."""

    objects: ObjectStore
    uploads: UploadFolder
    under_way: set[str] = field(default_factory=set)
    by_account: Counter[str] = field(default_factory=Counter)
    # When leftovers were last looked for.
    swept_at: float = 0.0
