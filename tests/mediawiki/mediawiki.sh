#!/bin/sh
# A real MediaWiki for tests, on 127.0.0.1 only: Debian's packages, SQLite, PHP's own web server.
#
#   mediawiki.sh install         PHP through apt, MediaWiki unpacked to MW_CODE; once per machine, as root
#   mediawiki.sh start           make the wiki in MW_DATA where there is none, serve it, print its API address
#   mediawiki.sh seed DUMP.xml   import a MediaWiki export; page ids, revision ids and times come out the same
#   mediawiki.sh run NAME [...]  run maintenance/NAME.php on this wiki (importTextFiles loads files of wikitext)
#   mediawiki.sh status          print the API address, or fail where nothing is served
#   mediawiki.sh stop            end the server; the wiki stays
#   mediawiki.sh reset           end the server and delete MW_DATA
#
# MW_CODE /opt/mediawiki | MW_PORT 8765 | MW_DATA /tmp/loremill-mediawiki-$MW_PORT | MW_LANG en
#
# `install` does nothing where everything is there. Nothing is written outside MW_CODE and MW_DATA but
# the PHP packages; the MediaWiki package is only unpacked, as installing it would bring a web server.
set -eu

: "${MW_CODE:=/opt/mediawiki}" "${MW_PORT:=8765}" "${MW_LANG:=en}"
: "${MW_DATA:=/tmp/loremill-mediawiki-$MW_PORT}"
here=$(cd "$(dirname "$0")" && pwd)
server=http://127.0.0.1:$MW_PORT
api=$server/w/api.php

fail() { echo "mediawiki.sh: $*" >&2; exit 1; }

# Installing ---------------------------------------------------------------------------------------

php_is_there() {
    command -v php >/dev/null && php -r '
        exit((int) array_diff(["dom", "intl", "mbstring", "pdo_sqlite", "xmlreader"], array_map("strtolower", get_loaded_extensions())));'
}

install_php() {
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends \
        ca-certificates php-cli php-intl php-mbstring php-sqlite3 php-xml >/dev/null
}

unpack_mediawiki() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/root"
    apt-cache show mediawiki >/dev/null 2>&1 || apt-get -qq update
    # apt checks the signatures; its sandbox user could not write here.
    (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download mediawiki mediawiki-classes)
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
    tree=$work/root/usr/share/mediawiki
    find "$tree" -maxdepth 1 -type l -delete   # they lead to /etc and /var, which are not unpacked
    mv "$tree/extensions-core" "$tree/extensions"
    mkdir -p "$tree/images" "$(dirname "$MW_CODE")"
    chmod 755 "$tree"
    mv "$tree" "$MW_CODE"
}

install() {
    if php_is_there && [ -e "$MW_CODE/api.php" ]; then return; fi
    [ "$(id -u)" = 0 ] || fail "install needs root: sudo sh $0 install"
    command -v apt-get >/dev/null || fail "install needs Debian 12 or newer: there is no apt-get here"
    export DEBIAN_FRONTEND=noninteractive
    php_is_there || install_php
    [ -e "$MW_CODE/api.php" ] || unpack_mediawiki
}

# Serving ------------------------------------------------------------------------------------------

maintain() {
    name=${1%.php}
    shift
    MW_CONFIG_FILE=$MW_DATA/LocalSettings.php php -d memory_limit=1G "$MW_CODE/maintenance/$name.php" "$@"
}

create() {
    mkdir -p "$MW_DATA/db" "$MW_DATA/cache" "$MW_DATA/tmp" "$MW_DATA/www"
    ln -sfn "$MW_CODE" "$MW_DATA/www/w"
    php "$MW_CODE/maintenance/install.php" --dbtype=sqlite --dbpath="$MW_DATA/db" --dbname=wiki \
        --server="$server" --scriptpath=/w --lang="$MW_LANG" --pass=only-on-loopback \
        --confpath="$MW_DATA" "Loopback wiki" Keeper
    echo "require '$here/settings.php';" >>"$MW_DATA/LocalSettings.php"
    maintain update --quick   # the tables of the extensions
}

is_running() { [ -s "$MW_DATA/pid" ] && kill -0 "$(cat "$MW_DATA/pid")" 2>/dev/null; }

answers() { php -r 'exit(@file_get_contents($argv[1]) === false ? 1 : 0);' "$api?action=query&format=json"; }

start() {
    is_running && return
    php_is_there && [ -e "$MW_CODE/api.php" ] || fail "not installed: sh $0 install"
    mkdir -p "$MW_DATA"
    if ! [ -e "$MW_DATA/made" ]; then
        create >"$MW_DATA/create.log" 2>&1 || { tail "$MW_DATA/create.log" >&2; fail "the wiki could not be made"; }
        touch "$MW_DATA/made"
    fi
    # A group of its own: PHP forks its workers, and stop has to end them all.
    MW_CONFIG_FILE=$MW_DATA/LocalSettings.php MW_DATA=$MW_DATA PHP_CLI_SERVER_WORKERS=2 setsid php \
        -d memory_limit=512M -d post_max_size=32M -d zlib.output_compression=On \
        -S "127.0.0.1:$MW_PORT" -t "$MW_DATA/www" >"$MW_DATA/server.log" 2>&1 </dev/null &
    echo $! >"$MW_DATA/pid"
    tries=0
    until answers; do
        tries=$((tries + 1))
        if ! is_running || [ $tries -gt 150 ]; then
            tail "$MW_DATA/server.log" >&2
            stop
            fail "no answer from $api: is port $MW_PORT taken?"
        fi
        sleep 0.1
    done
}

stop() {
    if is_running; then
        kill -- "-$(cat "$MW_DATA/pid")"
        tries=0
        while is_running && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
    fi
    rm -f "$MW_DATA/pid"
}

seed() {
    maintain importDump --no-updates "$1"
    maintain rebuildtextindex   # for the search that finds near titles
    maintain initSiteStats --update
}

command=${1:-help}
[ $# = 0 ] || shift
case $command in
    install) install ;;
    start) start; echo "$api" ;;
    status) if is_running && answers; then echo "$api"; else fail "nothing is served at $server"; fi ;;
    seed) [ $# = 1 ] || fail "seed needs one file"; seed "$1" ;;
    run) [ $# -gt 0 ] || fail "run needs the name of a maintenance script"; maintain "$@" ;;
    stop) stop ;;
    reset) stop; rm -rf "$MW_DATA" ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
