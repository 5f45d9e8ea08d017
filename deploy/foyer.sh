#!/bin/sh
# /usr/local/bin/foyer: the command with the settings that the service has, for root.
set -a
. /etc/foyer/environment
PORTAL_STATE=/var/lib/foyer
PORTAL_SECRET_KEY_FILE=/etc/foyer/secret-key
exec /opt/foyer/bin/foyer "$@"
