"""A participant as a machine: envelopes in, envelopes and changes out; it neither sends nor stores."""
