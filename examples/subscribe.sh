#!/bin/sh
# Tells a sandbox's gateway to send its webhooks to an address: subscribe.sh http://127.0.0.1:8080/
set -eu
curl --silent --show-error --fail-with-body "$WHATSAPP_CLOUD_BASE_URL/$WHATSAPP_APP_ID/subscriptions" \
  -H "Authorization: Bearer $WHATSAPP_TOKEN" \
  -d object=whatsapp_business_account \
  -d fields=messages \
  -d "verify_token=$WHATSAPP_VERIFY_TOKEN" \
  --data-urlencode "callback_url=$1"
echo
