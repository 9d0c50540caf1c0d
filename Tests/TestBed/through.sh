#!/bin/sh
# Carries an SSH connection into the switch's namespace. Usage: through.sh NAMESPACE NETWORK HOST PORT
exec nsenter --net="/run/netns/$1" busybox nc "$2.${3##*[a-z]}" "$4"
