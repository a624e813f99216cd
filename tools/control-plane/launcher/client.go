package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// nodeName is what the one node is called that pods run on.
const nodeName = "node-1"

// client asks the API server the few things that show whether it is ready.
type client struct {
	http          *http.Client
	server, token string
}

func newClient(f files) (client, error) {
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(f.authority) {
		return client{}, errors.New("the authority just made is no certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities}}
	return client{
		http:   &http.Client{Transport: transport, Timeout: 10 * time.Second},
		server: f.server(),
		token:  f.token,
	}, nil
}

// ask sends a request and gives status and body.
func (c client) ask(method, path, body string) (int, []byte, error) {
	request, err := http.NewRequest(method, c.server+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

func (c client) isThere(path string) bool {
	status, _, err := c.ask("GET", path, "")
	return err == nil && status == http.StatusOK
}

func (c client) ready() bool { return c.isThere("/readyz") }

// hasDefaultServiceAccount shows that controllers run, and that pods are accepted in the namespace default.
func (c client) hasDefaultServiceAccount() bool {
	return c.isThere("/api/v1/namespaces/default/serviceaccounts/default")
}

func (c client) createNode() error {
	node := fmt.Sprintf(`{"apiVersion":"v1","kind":"Node","metadata":{"name":%q,`+
		`"labels":{"kubernetes.io/hostname":%q,"kubernetes.io/os":"linux","kubernetes.io/arch":"amd64"}}}`, nodeName, nodeName)
	status, body, err := c.ask("POST", "/api/v1/nodes", node)
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("the node was refused: %s", body)
	}
	return err
}

// nodeReady says whether kwok made the node ready and pods can be scheduled on it.
func (c client) nodeReady() bool {
	_, body, err := c.ask("GET", "/api/v1/nodes/"+nodeName, "")
	if err != nil {
		return false
	}
	var node struct {
		Status struct {
			Conditions []struct{ Type, Status string }
		}
	}
	if json.Unmarshal(body, &node) != nil {
		return false
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" {
			return condition.Status == "True"
		}
	}
	return false
}
