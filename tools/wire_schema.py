"""Prints the JSON schema of everything that travels, from the Python structs, for `npm run types`."""

from __future__ import annotations

import json
import sys

import msgspec

from handschlag.wire import (
    company,
    consent,
    devices,
    directory,
    envelope,
    erasure,
    frames,
    http,
    numbers,
    push,
    report,
    signed,
    template,
)

TYPES = [
    frames.ClientFrame,
    frames.RelayFrame,
    envelope.Header,
    signed.SignedRecord,
    company.CompanyCard,
    company.Profile,
    company.Verification,
    consent.Offer,
    consent.Grant,
    consent.Withdrawal,
    consent.Receipt,
    consent.Stamp,
    template.TemplateDefinition,
    template.Approval,
    http.CreateAccount,
    http.ChallengeAnswer,
    http.TokenAnswer,
    http.Login,
    http.RelayInfo,
    http.ErrorAnswer,
    http.UploadKeysAnswer,
    http.QueryKeysAnswer,
    http.TemplateTexts,
    devices.DeviceList,
    erasure.Erasure,
    http.OwnDevices,
    http.ListedDevices,
    http.LinkOpened,
    http.LinkMessageAnswer,
    http.StoredMedia,
    http.PutBackup,
    http.Backup,
    http.BackupStates,
    http.PostRecordAnswer,
    http.ConsentStates,
    directory.DirectoryPage,
    numbers.NumberCodeSent,
    numbers.NumberProved,
    numbers.KnownNumbers,
    http.MediaUpload,
    report.Report,
    report.ReportAnswer,
    push.PushState,
    push.PushTest,
    push.WakeUp,
]


def main() -> None:
    """Write one schema whose definitions are the structs."""
    _, components = msgspec.json.schema_components(
        TYPES, ref_template="#/definitions/{name}", schema_hook=lambda _: {"description": "any JSON value"}
    )
    for definition in components.values():
        definition.setdefault("additionalProperties", False)
        # A field without a default is required; the tag always is.
        definition["required"] = sorted(
            {*definition.get("required", []), *([] if "type" not in definition.get("properties", {}) else ["type"])}
        )
    json.dump({"title": "Wire", "type": "object", "definitions": dict(sorted(components.items()))}, sys.stdout)


if __name__ == "__main__":
    main()
