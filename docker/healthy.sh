#!/bin/bash
# Whether the service on this machine's port $1 is ready. The image has no curl; bash speaks enough HTTP.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET /q/health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 3 status <&3
case $status in
  *' 200 '*) exit 0 ;;
  *) echo "not ready: $status" && exit 1 ;;
esac
