# Lists the hosts of a pool, by JSON-RPC, with PowerShell 7.
# pwsh pool.ps1 https://HOST:PORT CERTIFICATE USER PASSWORD-FILE
param(
    [Parameter(Mandatory)][string] $Url,
    [Parameter(Mandatory)][string] $Certificate,
    [Parameter(Mandatory)][string] $User,
    [Parameter(Mandatory)][string] $PasswordFile
)
$ErrorActionPreference = 'Stop'
$password = Get-Content -TotalCount 1 $PasswordFile

# Only that certificate is believed, for the name or address that was asked for.
$root = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($Certificate)
$handler = [System.Net.Http.SocketsHttpHandler]::new()
$policy = [System.Security.Cryptography.X509Certificates.X509ChainPolicy]::new()
$policy.TrustMode = 'CustomRootTrust'
$policy.RevocationMode = 'NoCheck'
[void] $policy.CustomTrustStore.Add($root)
$handler.SslOptions.CertificateChainPolicy = $policy
$client = [System.Net.Http.HttpClient]::new($handler)

function Invoke-Pool([string] $Method, [object[]] $Parameters) {
    $body = @{ jsonrpc = '2.0'; id = 1; method = $Method; params = $Parameters } | ConvertTo-Json -Depth 5
    $content = [System.Net.Http.StringContent]::new($body, [System.Text.Encoding]::UTF8, 'application/json')
    $text = $client.PostAsync("$Url/jsonrpc", $content).Result.Content.ReadAsStringAsync().Result
    $answer = $text | ConvertFrom-Json -AsHashtable
    if ($answer.error) { throw $answer.error.message }
    $answer.result
}

$session = Invoke-Pool 'session.login_with_password' @($User, $password)
try {
    $hosts = Invoke-Pool 'host.get_all_records' @($session)
    foreach ($one in $hosts.Values | Sort-Object { $_.name_label }) {
        $state = if ($one.enabled) { 'enabled' } else { 'disabled' }
        '{0} {1} {2}' -f $one.name_label, $state, $one.software_version.product_version
    }
} finally {
    [void] (Invoke-Pool 'session.logout' @($session))
}
