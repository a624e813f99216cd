package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"time"
)

// certificates writes an authority, the server's certificate signed by it, and the key that signs the tokens
// of service accounts; it gives the authority as PEM. The authority's key is kept too: tests sign with it.
func certificates(f files, s settings) ([]byte, error) {
	services, err := netip.ParsePrefix(s.services)
	if err != nil {
		return nil, err
	}
	first := services.Masked().Addr().Next()
	authority := template("gitopsc control plane for tests")
	authority.IsCA = true
	authority.BasicConstraintsValid = true
	authority.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	authorityKey, err := key(f.path("ca.key"))
	if err != nil {
		return nil, err
	}
	signed, err := certificate(f.path("ca.crt"), authority, authority, authorityKey, authorityKey)
	if err != nil {
		return nil, err
	}
	server := template("kube-apiserver")
	server.KeyUsage = x509.KeyUsageDigitalSignature
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	server.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), first.AsSlice()}
	serverKey, err := key(f.path("server.key"))
	if err != nil {
		return nil, err
	}
	if _, err := certificate(f.path("server.crt"), server, authority, serverKey, authorityKey); err != nil {
		return nil, err
	}
	_, err = key(f.path("accounts.key"))
	return signed, err
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		// Clocks that differ a little do no harm.
		NotBefore: now.Add(-time.Hour),
		NotAfter:  now.AddDate(1, 0, 0),
	}
}

// key makes a private key and writes it.
func key(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	return key, os.WriteFile(path, text, 0o600)
}

// certificate signs one by its parent and writes it.
func certificate(path string, of, parent *x509.Certificate, own, signer *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, of, parent, &own.PublicKey, signer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return text, os.WriteFile(path, text, 0o600)
}
