// Package secrets holds what must not be in a repository: the Wi-Fi, the broker and
// its login. Make it from the example, once, and fill it in; git ignores the copy:
//
//	cp firmware/secrets/example/example.go firmware/secrets/secrets.go
package secrets
