#!/bin/sh
# Sends the template "departure" to a customer: send_departure.sh 999123456789012
set -eu
curl --silent --show-error --fail-with-body "$WHATSAPP_CLOUD_BASE_URL/v24.0/$WHATSAPP_PHONE_NUMBER_ID/messages" \
  -H "Authorization: Bearer $WHATSAPP_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "messaging_product": "whatsapp",
    "to": "'"$1"'",
    "type": "template",
    "template": {
      "name": "departure",
      "language": {"code": "en_US"},
      "components": [
        {"type": "header", "parameters": [{"type": "text", "text": "MA 204"}]},
        {"type": "body", "parameters": [
          {"type": "text", "text": "Ines"},
          {"type": "text", "text": "Helgoland"},
          {"type": "text", "text": "14:05"},
          {"type": "text", "text": "B12"}
        ]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "8KX2"}]}
      ]
    }
  }'
echo
