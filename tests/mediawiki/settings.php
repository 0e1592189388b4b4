<?php
// What every loopback wiki adds to its LocalSettings.php. MW_DATA is the folder that holds that file.
$data = dirname( getenv( 'MW_CONFIG_FILE' ) );

wfLoadExtension( 'Cite' );
wfLoadExtension( 'ParserFunctions' );

// The wiki answers under any port, so that a copy of its folder can be served elsewhere.
if ( isset( $_SERVER['HTTP_HOST'] ) ) {
	$wgServer = 'http://' . $_SERVER['HTTP_HOST'];
}
$wgCacheDirectory = "$data/cache";
$wgTmpDirectory = "$data/tmp";
$wgJobRunRate = 0;
$wgRightsText = 'Creative Commons Attribution-ShareAlike 4.0';
$wgRightsUrl = 'https://creativecommons.org/licenses/by-sa/4.0/';

if ( PHP_SAPI !== 'cli' ) {
	require __DIR__ . '/faults.php';
}
