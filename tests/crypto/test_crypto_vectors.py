"""The examples of spec/vectors that need keys: commitments, signed records and certificates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handschlag.content.attestation import check_attestation
from handschlag.crypto.identity import Identity, signed_by
from handschlag.crypto.safety_number import safety_number
from handschlag.wire.attestation import NumberAttestation
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.certificates import certified_devices, check_self_signing
from handschlag.wire.commitment import commit, opens
from handschlag.wire.consent import Grant, Stamp, Withdrawal
from handschlag.wire.erasure import Erasure
from handschlag.wire.errors import WireError
from handschlag.wire.http import Login
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord, SigningKey, sign_record, verify_record
from handschlag.wire.template import Approval

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"
RECORDS: dict[str, type[msgspec.Struct]] = {
    kind.__struct_config__.tag: kind  # type: ignore[misc]
    for kind in (Approval, Stamp, Grant, Withdrawal, Login, NumberAttestation, Erasure)
}


def read(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def kind_of(signed: SignedRecord) -> type[msgspec.Struct]:
    return RECORDS[json.loads(signed.record)["type"]]


class TestCommitments:
    @pytest.mark.parametrize("case", read("commitments")["cases"])
    def test_a_commitment_does_not_depend_on_spelling(self, case: dict[str, str]) -> None:
        assert commit(case["salt"], case["body"].encode()) == case["commitment"]
        assert opens(case["commitment"], case["salt"], case["body"].encode())

    @pytest.mark.parametrize("case", read("commitments")["refused"], ids=lambda case: case["why"])
    def test_another_body_or_salt_does_not_open_it(self, case: dict[str, str]) -> None:
        assert not opens(case["commitment"], case["salt"], case["body"].encode())

    def test_a_body_that_is_no_json_does_not_open_it(self) -> None:
        assert not opens("x", to_base64(bytes(32)), b"{")


class TestSignedRecords:
    @pytest.mark.parametrize("case", read("signed_records")["cases"])
    def test_the_same_seed_signs_the_same_text_alike(self, case: dict[str, Any]) -> None:
        signed = msgspec.convert(case["signed"], SignedRecord)
        record = verify_record(signed, case["public_key"], kind_of(signed), "record")
        assert sign_record(record, SigningKey(from_base64(case["seed"], "seed"))) == signed
        assert signed.hash == case["hash"]

    @pytest.mark.parametrize("case", read("signed_records")["refused"], ids=lambda case: case["why"])
    def test_a_record_not_signed_as_it_stands_is_refused(self, case: dict[str, Any]) -> None:
        signed = msgspec.convert(case["signed"], SignedRecord)
        with pytest.raises(WireError):
            verify_record(signed, case["public_key"], kind_of(signed), "record")

    def test_a_record_is_never_taken_for_another_kind(self) -> None:
        case = read("signed_records")["cases"][0]
        with pytest.raises(WireError):
            verify_record(msgspec.convert(case["signed"], SignedRecord), case["public_key"], Stamp, "record")

    def test_a_number_is_attested_for_one_account_one_number_and_one_salt(self) -> None:
        (case,) = [case for case in read("signed_records")["cases"] if "number" in case]
        signed = msgspec.convert(case["signed"], SignedRecord)
        account = AccountId(json.loads(signed.record)["account"])
        check_attestation(signed, case["public_key"], account, case["number"], case["salt"])
        for other in (
            (account, "+4915112345679", case["salt"]),
            (account, case["number"], to_base64(bytes(32))),
            (AccountId("@" + "z" * 26 + ":relay.example"), case["number"], case["salt"]),
        ):
            with pytest.raises(WireError):
                check_attestation(signed, case["public_key"], *other)


def test_certificates_are_made_and_checked_alike() -> None:
    vector = read("certificates")
    account = AccountId(vector["account"])
    seeds = {name: from_base64(seed, name) for name, seed in vector["seeds"].items()}
    identity = Identity.from_seeds(account, seeds["master"], seeds["self_signing"])
    assert (identity.master_key(), identity.self_signing_key()) == (vector["master_key"], vector["self_signing_key"])
    bare = {k: v for k, v in vector["device_keys"].items() if k != "signatures"}
    device = SigningKey(seeds["device"])
    device.key_id = f"ed25519:{bare['device_id']}"
    assert identity.certify(signed_by(bare, account, device)) == vector["device_keys"]
    master, self_signing = check_self_signing(vector["master_key"], vector["self_signing_key"], account)
    assert master == identity.master_public
    assert list(certified_devices([vector["device_keys"]], self_signing, account)) == [bare["device_id"]]


class TestSafetyNumbers:
    @pytest.mark.parametrize("case", read("safety_numbers")["cases"])
    def test_both_sides_show_the_same_digits_and_mirrored_codes(self, case: dict[str, str]) -> None:
        own, other = (case["own"], case["own_master_key"]), (case["other"], case["other_master_key"])
        here, there = safety_number(*own, *other), safety_number(*other, *own)  # type: ignore[arg-type]
        assert (here.digits, here.qr) == (case["digits"], case["qr"])
        assert there.digits == here.digits
        assert there.qr.split()[1:] == here.qr.split()[:0:-1]

    def test_another_key_gives_other_digits(self) -> None:
        case = read("safety_numbers")["cases"][0]
        changed = safety_number(case["own"], case["other_master_key"], case["other"], case["own_master_key"])
        assert changed.digits != case["digits"]
