/** Lines of error logs, written for this purpose. */
export const apacheErrorSamples: readonly string[] = [
  '[Mon Mar 09 08:12:44.902022 2026] [core:error] [pid 35708:tid 140328636416] [client 198.51.100.77:44321] AH00126: Invalid URI in request GET /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1',
  '[Mon Mar 09 08:12:45 2026] [error] [client 203.0.113.24] client denied by server configuration: /srv/www/htdocs/private, referer: https://shop.example/',
  '[Mon Mar 09 08:12:46.000001 2026] [auth_basic:error] [pid 35709] [client 10.20.4.17:51544] AH01617: user maria: authentication failure for "/admin": Password Mismatch',
  '[Mon Mar 09 08:12:47.120000 2026] [mpm_event:notice] [pid 35700:tid 140328636000] AH00489: Apache/2.4.62 (Debian) configured -- resuming normal operations',
  '[Mon Mar 09 08:12:48.120000 2026] [security2:error] [pid 35711:tid 140328636001] [client 2001:db8::17:44322] [client 2001:db8::17] ModSecurity: Warning. Pattern match at ARGS:q. [id "942100"]',
];

export const nginxErrorSamples: readonly string[] = [
  '2026/03/09 08:12:44 [error] 1234#5678: *90 open() "/srv/www/.env" failed (2: No such file or directory), client: 198.51.100.77, server: shop.example, request: "GET /.env HTTP/1.1", host: "shop.example"',
  '2026/03/09 08:12:45 [error] 1234#5678: *91 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.24, server: api.example, request: "POST /v1/login HTTP/2.0", upstream: "http://127.0.0.1:8080/v1/login", host: "api.example", referrer: "https://api.example/, client: x"',
  '2026/03/09 08:12:46 [warn] 1234#5678: *92 a client request body is buffered to a temporary file /var/cache/nginx/client_temp/0000000012, client: 2001:db8::17, server: , request: "PUT /upload HTTP/1.1", host: "shop.example"',
  '2026/03/09 08:12:47 [notice] 1#1: signal process started',
  '2026/03/09 08:12:48 [crit] 1234#5678: *93 SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: 198.51.100.9, server: 0.0.0.0:443',
];
