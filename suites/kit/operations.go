package kit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
)

const root = "/deployments/extensions"

// List asks for all extensions.
func (api *API) List(ctx context.Context, options ...Option) *Exchange {
	return api.do(ctx, Call{Operation: "list-extensions", Method: http.MethodGet, Path: root}, options)
}

// Create posts a new extension.
func (api *API) Create(ctx context.Context, ext payloads.Extension, options ...Option) *Exchange {
	return api.create(ctx, ext.Name, ext.JSON(), options)
}

// CreateRaw posts any bytes. What they would create is known by mark.
func (api *API) CreateRaw(ctx context.Context, body []byte, mark string, options ...Option) *Exchange {
	return api.create(ctx, mark, body, options)
}

func (api *API) create(ctx context.Context, name string, body []byte, options []Option) *Exchange {
	c := Call{Operation: "create-extension", Method: http.MethodPost, Path: root, Body: body, Header: jsonHeader(), name: name}
	return api.do(ctx, c, options)
}

// Get asks for one extension.
func (api *API) Get(ctx context.Context, id string, options ...Option) *Exchange {
	return api.do(ctx, Call{Operation: "get-extension", Method: http.MethodGet, Path: one(id)}, options)
}

// GetQuery asks for one extension with a query, such as "include_deployments=true".
func (api *API) GetQuery(ctx context.Context, id, query string, options ...Option) *Exchange {
	return api.do(ctx, Call{Operation: "get-extension", Method: http.MethodGet, Path: one(id) + "?" + query}, options)
}

// Update replaces the metadata of an extension.
func (api *API) Update(ctx context.Context, id string, ext payloads.Extension, options ...Option) *Exchange {
	return api.UpdateRaw(ctx, id, ext.JSON(), options...)
}

// UpdateRaw posts any bytes to an extension.
func (api *API) UpdateRaw(ctx context.Context, id string, body []byte, options ...Option) *Exchange {
	return api.do(ctx, Call{Operation: "update-extension", Method: http.MethodPost, Path: one(id), Body: body, Header: jsonHeader()}, options)
}

// Delete deletes an extension.
func (api *API) Delete(ctx context.Context, id string, options ...Option) *Exchange {
	return api.do(ctx, Call{Operation: "delete-extension", Method: http.MethodDelete, Path: one(id)}, options)
}

// Upload streams an archive, chunked as real clients do, in the form that the
// profile names.
func (api *API) Upload(ctx context.Context, id string, a archives.Archive, options ...Option) *Exchange {
	if api.Profile().Behaviour.Upload == "raw" {
		return api.UploadRaw(ctx, id, "application/zip", a.Open, options...)
	}
	return api.UploadForm(ctx, id, "file", a.Open, options...)
}

// fileName is the name that real clients give to a file, whatever it is.
const fileName = "Extension"

// UploadForm streams a form with one part of that name.
func (api *API) UploadForm(ctx context.Context, id, part string, open func() io.ReadCloser, options ...Option) *Exchange {
	// Hexadecimal, since the judge's validator takes for JSON whatever type
	// holds these four letters, in its boundary as well.
	boundary := "extconf-" + hex.EncodeToString([]byte(rand.Text()))
	stream := func() io.ReadCloser {
		r, w := io.Pipe()
		go func() {
			form := multipart.NewWriter(w)
			_ = form.SetBoundary(boundary)
			body := open()
			defer body.Close()
			file, err := form.CreateFormFile(part, fileName)
			if err == nil {
				_, err = io.Copy(file, body)
			}
			if err == nil {
				err = form.Close()
			}
			w.CloseWithError(err)
		}()
		return r
	}
	return api.UploadRaw(ctx, id, "multipart/form-data; boundary="+boundary, stream, options...)
}

// UploadRaw streams any body with that content type.
func (api *API) UploadRaw(ctx context.Context, id, contentType string, open func() io.ReadCloser, options ...Option) *Exchange {
	c := Call{Operation: "upload-extension", Method: http.MethodPut, Path: one(id), Stream: open, Length: -1, Header: http.Header{}}
	if contentType != "" {
		c.Header.Set("Content-Type", contentType)
	}
	return api.do(ctx, c, options)
}

func one(id string) string { return root + "/" + url.PathEscape(id) }

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// leastChance is how many characters of an id that nobody has are chance, so
// that it does not meet one of the ids that others count up.
const leastChance = 10

// NeverUsedID is an id in the form of one that exists, which none has.
func NeverUsedID(like string) string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	id, chance := []byte(like), 0
	for i, c := range id {
		r := b[i%len(b)]
		switch {
		case c >= '0' && c <= '9':
			id[i] = '0' + r%10
		case c >= 'a' && c <= 'f':
			id[i] = "abcdef"[r%6]
		case c >= 'A' && c <= 'F':
			id[i] = "ABCDEF"[r%6]
		default:
			continue
		}
		chance++
	}
	for ; chance < leastChance; chance++ {
		id = append(id, '0'+b[chance]%10)
	}
	if string(id) == like { // bad luck
		return like + "0"
	}
	return string(id)
}

// nameIn returns the value of "name" in a body, "" where there is none.
func nameIn(body []byte) string {
	var b struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(body, &b)
	return b.Name
}
