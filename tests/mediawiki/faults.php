<?php
// Faults on order. Each request is written to MW_DATA/requests.jsonl, then takes the first word off
// MW_DATA/faults, where there is one, and behaves accordingly: "busy busy" spoils the next two requests.

use MediaWiki\MediaWikiServices;

( static function ( string $data ): void {
	$line = json_encode( [
		'method' => $_SERVER['REQUEST_METHOD'],
		'path' => strtok( $_SERVER['REQUEST_URI'], '?' ),
		'parameters' => $_GET + $_POST,
		'user_agent' => $_SERVER['HTTP_USER_AGENT'] ?? '',
		'url_bytes' => strlen( $_SERVER['REQUEST_URI'] ),
	] );
	file_put_contents( "$data/requests.jsonl", "$line\n", FILE_APPEND | LOCK_EX );

	if ( !is_file( "$data/faults" ) ) {
		return;
	}
	$file = fopen( "$data/faults", 'r+' );
	flock( $file, LOCK_EX );
	$words = preg_split( '/\s+/', stream_get_contents( $file ), -1, PREG_SPLIT_NO_EMPTY );
	$fault = array_shift( $words );
	ftruncate( $file, 0 );
	rewind( $file );
	fwrite( $file, implode( ' ', $words ) );
	fclose( $file );
	$GLOBALS['fault'] = $fault;
} )( $data );

/** What a proxy in front of the wiki would say instead of it. */
function answerFromTheEdge( int $status, string $type, string $body, array $headers = [] ): void {
	http_response_code( $status );
	header( "Content-Type: $type; charset=utf-8" );
	array_map( 'header', $headers );
	echo $body;
	exit;
}

switch ( $fault ?? '' ) {
	case 'lagged':           // replicas are behind: SQLite claims a lag of -1 s
		$_GET['maxlag'] = '-2';
		break;
	case 'limited':          // the API's own rate limit, as HTTP 200 and without Retry-After
		$wgHooks['ApiCheckCanExecute'][] = static function ( $module, $user, &$message ) {
			$message = 'ratelimited';
			return false;
		};
		break;
	case 'private':          // reading needs an account
		$wgGroupPermissions['*']['read'] = false;
		break;
	case 'small':            // 4 kB an answer instead of 8 MiB
		$wgAPIMaxResultSize = 4000;
		break;
	case 'exception':        // an internal error, as HTTP 200
		$wgHooks['ApiCheckCanExecute'][] = static function () {
			throw new RuntimeException( 'ordered by a test' );
		};
		break;
	case 'timeout':          // the database gives up, as HTTP 200
		$wgHooks['ApiCheckCanExecute'][] = static function () {
			$database = MediaWikiServices::getInstance()->getDBLoadBalancer()->getConnection( DB_PRIMARY );
			throw new Wikimedia\Rdbms\DBQueryTimeoutError( $database, 'ordered by a test', 1, 'SELECT', '' );
		};
		break;
	case 'fatal':            // PHP dies: HTTP 500 with an empty body
		$wgHooks['ApiCheckCanExecute'][] = static function () {
			str_repeat( 'x', PHP_INT_MAX );
		};
		break;
	case 'busy':
		answerFromTheEdge( 429, 'text/html', '<title>Error</title><p>Too many requests', [ 'Retry-After: 7' ] );
	case 'down':
		answerFromTheEdge( 503, 'text/html', '<h1>Service unavailable</h1>' );
	case 'agent':
		answerFromTheEdge( 403, 'text/plain', 'Requests without a proper user agent are not served here.' );
	case 'page':             // a notice by a captive portal: HTTP 200, but not JSON
		answerFromTheEdge( 200, 'text/html', '<!DOCTYPE html><title>Welcome</title><p>Please log in' );
	case 'cut':              // less arrives than Content-Length says
		ini_set( 'zlib.output_compression', 'Off' );
		answerFromTheEdge( 200, 'application/json', '{"batchcomplete":true,"query":{"pages":[', [ 'Content-Length: 900' ] );
	case 'hang':
		sleep( 5 );
		break;
}
