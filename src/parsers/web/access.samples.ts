/** Lines of access logs, written for this purpose. */
export const accessSamples: readonly string[] = [
  '203.0.113.24 - maria [09/Mar/2026:08:12:44 +0100] "GET /reports/q1.pdf?dl=1 HTTP/1.1" 200 104221',
  '198.51.100.77 - - [09/Mar/2026:08:12:45 +0000] "POST /wp-login.php HTTP/1.1" 403 199 "https://shop.example/wp-login.php" "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0"',
  'shop.example:443 2001:db8::17 - - [09/Mar/2026:08:12:46 -0500] "GET /cart HTTP/2.0" 302 - "-" "curl/8.12.1"',
  '10.20.4.17 - - [09/Mar/2026:08:12:47 +0000] "GET /search?q=%27%20OR%201=1-- HTTP/1.1" 500 512 "-" "sqlmap/1.9 \\"stable\\"" "198.51.100.80"',
  '198.51.100.91 - - [09/Mar/2026:08:12:48 +0000] "\\x16\\x03\\x01\\x02" 400 157 "-" "-"',
  'host7.corp.example - frank [09/Mar/2026:08:12:49 +0000] "HEAD / HTTP/1.0" 304 0 "-" "check_http/v2.4" rt=0.012 uct="0.001"',
];
