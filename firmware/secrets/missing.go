//go:build tinygo

package secrets

// If this does not compile, secrets.go is missing: see doc.go.
const _ = SecretsGoIsMissing__cp_firmware_secrets_example_example_go_firmware_secrets_secrets_go
