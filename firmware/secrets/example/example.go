// Package secrets holds what must not be in a repository: copy this file to
// firmware/secrets/secrets.go and fill it in.
package secrets

// The Wi-Fi that the board joins. An original ESP32 knows 2.4 GHz only.
const (
	SSID       = "your Wi-Fi"
	Passphrase = "its passphrase"
)

// The broker: the address that plotserver's banner names, and its port. localhost
// would be the board itself.
const (
	Broker   = "192.168.178.21:1883"
	User     = "" // none, unless plotserver was started with --user
	Password = ""
)

// Session is what plotserver was started with.
const Session = "hopla"

// With this the programs know that the file is there.
const SecretsGoIsMissing__cp_firmware_secrets_example_example_go_firmware_secrets_secrets_go = false
